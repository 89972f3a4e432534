import type { CliIo } from './io.ts';

/** The real world. */
export function processIo(process: NodeJS.Process): CliIo {
  hideSqliteWarning(process);
  const { stdin, stdout, stderr, env } = process;
  // A reader that goes away (`fwoa … | head`) is no error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    canAsk: Boolean(stdin.isTTY && stdout.isTTY) && !env.CI,
    async select({ message, choices }) {
      const { select } = await import('@inquirer/prompts');
      return select({ message, choices }, { output: stderr });
    },
    onSignal(handle) {
      process.on('SIGINT', handle).on('SIGTERM', handle);
      return () => process.off('SIGINT', handle).off('SIGTERM', handle);
    },
    exit: (code) => process.exit(code),
  };
}

/** Node calls its SQLite experimental, on stderr, at each start. Other warnings stay. */
function hideSqliteWarning(process: NodeJS.Process): void {
  const emitWarning = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental')) emitWarning(warning, ...rest);
  };
}
