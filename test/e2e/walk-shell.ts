import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START = 'node dist/fwoa.js local --demo';

/** What a guide takes for granted on a machine, and is not there; undefined when all is. */
export function missingPrograms(...programs: readonly string[]): string | undefined {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).status !== 0);
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not found on this machine`;
}

/** What a reader's terminals have. */
export interface Place {
  readonly cwd: string;
  /** The variables that are set. `FWOA_PASSWORD` is what a person would type. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A reader's folder. `npx fwoa …` and `npm start` do there what they do in a checkout, but that the program is built already, nothing is
 * installed, and servers take any port.
 */
export function readersPlace(folder: string, password: string): Place {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  if (scripts.start?.endsWith(START) !== true) throw new Error(`npm start does something else than ${START}`);
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const fwoa = `'${process.execPath}' '${join(ROOT, 'dist/fwoa.js')}'`;
  program(bin, 'fwoa', `[ "$1" = local ] && exec ${fwoa} "$@" --port 0`, `exec ${fwoa} "$@"`);
  program(bin, 'npx', '[ "$1" = fwoa ] && exec "$@"', 'exit 127');
  program(
    bin,
    'npm',
    '[ "$*" = start ] && exec fwoa local --demo',
    'case "$*" in ci|test|"run build") exit 0 ;; esac',
    'exit 127',
  );
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, FWOA_PASSWORD: password, CI: '1', NO_COLOR: '1' };
  return { cwd: folder, env };
}

function program(bin: string, name: string, ...lines: readonly string[]): void {
  const file = join(bin, name);
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
}

/** A terminal in which one command runs and goes on running. */
export interface ServerTerminal {
  readonly out: () => string;
  readonly err: () => string;
  /** Ctrl-C: resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Types a command that starts a server, and waits until it says how it is stopped, the last thing it does. */
export async function serverTerminal(place: Place, typed: string): Promise<ServerTerminal> {
  // A group of its own, as the processes of a terminal's foreground are: Ctrl-C goes to all of it.
  const child = spawn('bash', ['-e', '-c', typed], { ...place, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { out, err, closed, until } = listening(child);
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
  };
  onTestFinished(async () => {
    signal('SIGKILL');
    await closed;
  });
  await until(() => out().includes('Ctrl-C stops it.\n'), err);
  return {
    out,
    err,
    stop() {
      signal('SIGINT');
      return closed;
    },
  };
}

/** What a command printed. */
export interface Printed {
  readonly out: string;
  readonly err: string;
}

/** A terminal in which one command is typed after the other; it keeps its variables, and ends at the first that fails. */
export interface Terminal {
  /** Resolves when it is done. Rejects when it fails. */
  type(typed: string): Promise<Printed>;
}

export function terminal({ cwd, env }: Place): Terminal {
  const child = spawn('bash', ['-e'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const { out, err, closed, until } = listening(child);
  child.stdin.on('error', () => {});
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  let count = 0;
  return {
    async type(typed) {
      const name = join(cwd, '.bin', `step-${++count}`);
      writeFileSync(`${name}.sh`, `${typed}\n`);
      child.stdin.write(`. '${name}.sh' </dev/null >'${name}.out' 2>'${name}.err'\necho 'done ${count}'\n`);
      const printed = () => ({ out: readFileSync(`${name}.out`, 'utf8'), err: readFileSync(`${name}.err`, 'utf8') });
      const told = () => `${err()}${typed}\nprinted ${JSON.stringify(printed())}`;
      await until(() => out().includes(`done ${count}\n`), told);
      return printed();
    },
  };
}

/** What a process has printed so far, and when there is more of it. */
function listening(child: ChildProcess) {
  const printed = { out: '', err: '' };
  let more = () => {};
  const take = (name: keyof typeof printed) => (text: string) => {
    printed[name] += text;
    more();
  };
  child.stdout?.setEncoding('utf8').on('data', take('out'));
  child.stderr?.setEncoding('utf8').on('data', take('err'));
  const closed = once(child, 'close').then(([code]): number | null => code);
  /** Resolves when what is waited for is printed; rejects when the process ends before. */
  async function until(holds: () => boolean, told: () => string): Promise<void> {
    while (!holds()) {
      const came = new Promise<'more'>((resolve) => {
        more = () => resolve('more');
      });
      const is = await Promise.race([came, closed]);
      if (is !== 'more' && !holds()) throw new Error(`It failed: ${told()}`);
    }
  }
  return { out: () => printed.out, err: () => printed.err, closed, until };
}
