import { Problem } from '../config/problem.ts';
import type { CommandIo } from './command.ts';

/** How long stdin may say nothing before we tell what we wait for, ms. */
const PATIENCE = 1000;

/**
 * The password with which a user signs in: from FWOA_PASSWORD, from a hidden question, or, where no terminal is, the first line of
 * stdin. Never from an argument: those stand in the shell's history and in every process list.
 *
 * @throws Problem when there is none, or when it is empty
 */
export async function signInPassword(name: string, io: CommandIo): Promise<string> {
  return (
    (await givenPassword(io)) ?? notEmpty(await io.prompts.secret(`Password of ${name}:`), 'The password is empty.')
  );
}

/**
 * A password to be: as {@link signInPassword}, but typed twice.
 *
 * @throws Problem also when the two are not the same, or when what was typed is too weak
 */
export async function newPassword(name: string, io: CommandIo): Promise<string> {
  const given = await givenPassword(io);
  if (given !== undefined) {
    // Who has it set for signing in might not expect that another user gets the same.
    if (io.env.FWOA_PASSWORD !== undefined) io.reporter.note(`The password of ${name} is taken from FWOA_PASSWORD.`);
    return given;
  }
  const first = notEmpty(await io.prompts.secret(`New password of ${name}:`), 'The password is empty.');
  // Before it is typed again.
  const { checkPassword } = await import('../local/identity/names-and-passwords.ts');
  checkPassword(first, name);
  const second = await io.prompts.secret('The same again:');
  if (first === second) return first;
  throw new Problem('passwords-differ', {
    what: 'The two passwords are not the same.',
    next: 'Nothing was changed: run the same command again.',
  });
}

/** The password that needs no question; undefined when a person is to be asked. */
async function givenPassword({ env, prompts, reporter }: CommandIo): Promise<string | undefined> {
  if (env.FWOA_PASSWORD !== undefined) return notEmpty(env.FWOA_PASSWORD, 'FWOA_PASSWORD is empty.');
  if (prompts.canAskSecret) return undefined;
  if (prompts.stdinIsTerminal) throw missing('Nobody can be asked for it here.');
  const waiting = setTimeout(() => reporter.note('Waiting for the password on stdin.'), PATIENCE);
  try {
    const line = await prompts.firstLine();
    if (line !== '') return line;
  } finally {
    clearTimeout(waiting);
  }
  throw missing('Nothing came on stdin.');
}

function notEmpty(password: string, what: string): string {
  if (password !== '') return password;
  throw new Problem('password-empty', { what, next: 'Give a password.' }, { kind: 'usage' });
}

function missing(why: string): Problem {
  const next = 'Set FWOA_PASSWORD, put it on stdin, or run the command on a terminal.';
  return new Problem('password-missing', { what: 'A password is needed.', why, next }, { kind: 'usage' });
}
