import process from 'node:process';
import { Command, type CommanderError } from 'commander';
import { packageVersion } from '../config/package-info.ts';
import { addClientCommand } from './add-client.ts';
import { addUserCommand } from './add-user.ts';
import { auditCommand } from './audit.ts';
import { clientsCommand } from './clients.ts';
import type { Run, Start } from './command.ts';
import { deployCommand } from './deploy.ts';
import { destroyCommand } from './destroy.ts';
import { EXIT, type ExitCode, tellError } from './errors.ts';
import { importCommand } from './import.ts';
import type { CliIo } from './io.ts';
import { localCommand } from './local.ts';
import { processPrompts } from './process-prompts.ts';
import { reindexCommand } from './reindex.ts';
import { removeClientCommand } from './remove-client.ts';
import { removeUserCommand } from './remove-user.ts';
import { createReporter } from './reporter.ts';
import { setPasswordCommand } from './set-password.ts';
import { statusCommand } from './status.ts';
import { tokenCommand } from './token.ts';
import { topicCommands } from './topics.ts';
import { usersCommand } from './users.ts';
import { verifyIndexCommand } from './verify-index.ts';
import { welcome } from './welcome.ts';

/** The flags that every command has. */
interface SharedFlags {
  readonly debug?: boolean;
  readonly color?: boolean;
  readonly json?: boolean;
}

/**
 * Runs the command line.
 *
 * @param argv the arguments, without node and script
 * @returns the exit code; nothing is thrown
 */
export async function runCli(argv: readonly string[], io: CliIo, prompts = processPrompts(process)): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  // Which command it was, for the hint in an error: known as soon as commander has found it.
  let running = 'fwoa';
  const start: Start = async <Options>(command: Command, run: Run<Options>, options: Options) => {
    const { json = false, color = true } = command.optsWithGlobals<SharedFlags>();
    exitCode = (await run(options, { ...io, prompts, reporter: createReporter(io, { json, color }) })) ?? EXIT.done;
  };
  const program = createProgram(io, start, (command) => {
    running = command;
  });
  try {
    if (argv.length === 0) io.stdout.write(welcome());
    else await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // The flags themselves may be what is wrong: so they are looked for in what was typed.
    const told = tellError(error, running, argv.includes('--debug'));
    const reporter = createReporter(io, { json: argv.includes('--json'), color: !argv.includes('--no-color') });
    if (told.failure !== undefined) reporter.failure(told.failure);
    return told.exitCode;
  }
}

/** The commands and their flags; `start` is given what each is to do. */
export function createProgram(io: CliIo, start: Start, onCommand: (name: string) => void): Command {
  const program = new Command('fwoa')
    .description('A FHIR API in front of your health data.')
    .version(packageVersion(), '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help for a command')
    .option('--no-color', 'no colour (NO_COLOR does the same)')
    .option('--debug', 'show stack traces with errors')
    .usage('<command> [options]')
    .commandsGroup('Server:')
    .addCommand(localCommand(start))
    .addCommand(importCommand(start))
    .commandsGroup('Stages on AWS:')
    .addCommand(deployCommand(start))
    .addCommand(statusCommand(start))
    .addCommand(destroyCommand(start))
    .commandsGroup('Users and client systems:')
    .addCommand(addUserCommand(start))
    .addCommand(usersCommand(start))
    .addCommand(removeUserCommand(start))
    .addCommand(setPasswordCommand(start))
    .addCommand(tokenCommand(start))
    .addCommand(addClientCommand(start))
    .addCommand(clientsCommand(start))
    .addCommand(removeClientCommand(start))
    .commandsGroup('Search index:')
    .addCommand(verifyIndexCommand(start))
    .addCommand(reindexCommand(start))
    .commandsGroup('Audit:')
    .addCommand(auditCommand(start))
    .commandsGroup('Help topics:')
    .helpCommand('help [command]', 'show help for a command or a topic');
  for (const topic of topicCommands()) program.addCommand(topic);
  for (const command of [program, ...program.commands]) {
    const name = command === program ? 'fwoa' : `fwoa ${command.name()}`;
    command
      .configureOutput({
        writeOut: (text) => void io.stdout.write(text),
        // Told by tellError, in one form with all other errors.
        writeErr: () => {},
        getOutHelpWidth: () => io.stdout.columns ?? 80,
        getOutHasColors: () => false,
      })
      .exitOverride((error: CommanderError) => {
        onCommand(name);
        throw error;
      })
      .hook('preAction', () => onCommand(name));
  }
  return program;
}
