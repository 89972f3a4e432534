import { type Command, Option } from 'commander';
import { Problem } from '../config/problem.ts';
import { switchFlag } from './command.ts';

/** Refuses --password and -p, which people know from elsewhere, with the reason; they are not in the help. */
export function refusePasswordFlag(command: Command): Command {
  const refuse = (): never => {
    const next = 'Leave the flag out and type it when asked, or set FWOA_PASSWORD, or put it on stdin.';
    const why = "Arguments stand in the shell's history and in every list of processes.";
    throw new Problem('password-argument', { what: 'A password is never an argument.', why, next }, { kind: 'usage' });
  };
  return command.addOption(new Option('-p, --password [password]').preset('').argParser(refuse).hideHelp());
}

/** For scripts that make users. */
export function generatePasswordFlag(): Option {
  return switchFlag('--generate-password', 'make a strong one, and print it once on stdout');
}
