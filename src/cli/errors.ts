import { isProblem, type Problem, systemCode } from '../config/problem.ts';
import type { Failure } from './reporter.ts';

/** What a command ends with. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error told: text for a person, and the exit code. `failure` is undefined when there is nothing to say (--help). */
export interface Told {
  readonly exitCode: ExitCode;
  readonly failure?: Failure | undefined;
}

/**
 * The one place where an error becomes what, why, next and an exit code.
 *
 * @param command the command's words, for the hint at its help: `fwoa local`
 */
export function tellError(error: unknown, command: string, debug: boolean): Told {
  if (isCommanderError(error)) return tellCommanderError(error, command);
  const stack = debug ? stackOf(error) : undefined;
  if (isProblem(error))
    return { exitCode: EXIT_BY_KIND[error.kind], failure: { code: error.code, ...error.text, stack } };
  if (error instanceof Error && error.name === 'ExitPromptError') {
    return { exitCode: EXIT.interrupted, failure: { code: 'interrupted', what: 'Interrupted.' } };
  }
  return { exitCode: EXIT.failed, failure: { code: 'unexpected', ...unexpected(error, command, debug), stack } };
}

const EXIT_BY_KIND: Readonly<Record<Problem['kind'], ExitCode>> = {
  usage: EXIT.usage,
  failure: EXIT.failed,
  interrupted: EXIT.interrupted,
};

/** System errors that can come from anywhere. */
const SYSTEM: Readonly<Record<string, { readonly what: string; readonly next: string }>> = {
  ENOSPC: { what: 'The disk is full.', next: 'Make room, then run the same command again.' },
  EDQUOT: { what: 'Your disk quota is used up.', next: 'Make room, then run the same command again.' },
  EROFS: { what: 'The disk is read-only.', next: 'Name a folder on another disk.' },
  EMFILE: {
    what: 'Too many files are open.',
    next: 'Raise the limit (ulimit -n 4096), then run the same command again.',
  },
};

function unexpected(error: unknown, command: string, debug: boolean) {
  const why = error instanceof Error ? error.message : String(error);
  // SQLite has codes of its own.
  const code = /database or disk is full/.test(why) ? 'ENOSPC' : systemCode(error);
  const known = SYSTEM[code ?? ''];
  if (known !== undefined) return { ...known, why };
  const next = debug ? 'This looks like a fault in fwoa: please report it.' : `For more, run it again with --debug.`;
  return { what: `${command} failed.`, why, next };
}

interface CommanderFailure {
  readonly code: string;
  readonly exitCode: number;
  readonly message: string;
}

function isCommanderError(error: unknown): error is CommanderFailure & Error {
  return error instanceof Error && 'exitCode' in error && (systemCode(error)?.startsWith('commander.') ?? false);
}

/** Commander ends with 1 for wrong flags, with 0 for --help and --version. */
function tellCommanderError({ code, exitCode, message }: CommanderFailure, command: string): Told {
  if (exitCode === 0) return { exitCode: EXIT.done };
  // Of a flag that isn't there, the value is not repeated: it may be a password.
  const withoutValue = message.replace(/^(error: unknown option '[^=\n]*)=[^\n]*'/, "$1'");
  const [what = '', ...hints] = withoutValue.replace(/^error: /, '').split('\n');
  const why = hints.join(' ').replace(/^\(|\)$/g, '') || undefined;
  const sentence = what.charAt(0).toUpperCase() + what.slice(1);
  return {
    exitCode: EXIT.usage,
    failure: { code: code.replace('commander.', 'usage.'), what: sentence, why, next: `See: ${command} --help` },
  };
}

/** The stacks of an error and its causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
