import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const EXECUTABLE = fileURLToPath(new URL('../../dist/fwoa.js', import.meta.url));

/** What a command said and ended with. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs; it is killed at the end of the test if it still does. */
export interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

export function startFwoa(cwd: string, ...argv: readonly string[]): Running {
  const child = spawn(process.execPath, [EXECUTABLE, ...argv], { cwd, env: { ...process.env, CI: '1' } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code, out, err }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, out: () => out, err: () => err, ended };
}

/** Runs a command to its end. */
export function fwoa(cwd: string, ...argv: readonly string[]): Promise<Ended> {
  return startFwoa(cwd, ...argv).ended;
}

/** Resolves when the condition holds; rejects with what the command said when it ends before. */
export async function when(running: Running, holds: () => boolean): Promise<void> {
  while (!holds()) {
    const over = await Promise.race([
      running.ended,
      ...[running.child.stdout, running.child.stderr].map((stream) => stream && once(stream, 'data')),
    ]);
    if (over && 'code' in over && !holds()) throw new Error(`It ended with ${over.code}: ${over.out}${over.err}`);
  }
}

/** A server that is ready. */
export interface RunningServer extends Running {
  readonly url: string;
  readonly cwd: string;
  /** Asks it as the folder's owner. */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Starts a server and waits until it is ready. */
export async function startServer(cwd: string, ...argv: readonly string[]): Promise<RunningServer> {
  const running = startFwoa(cwd, 'local', '--json', '--port', '0', ...argv);
  await when(running, () => running.out().includes('\n'));
  const { url } = JSON.parse(running.out()) as { url?: string };
  if (url === undefined) throw new Error(`It is not ready: ${running.out()}`);
  const data = argv[argv.indexOf('--data') + 1];
  const folder = argv.includes('--data') && data !== undefined ? data : '.fwoa';
  const { secret } = JSON.parse(readFileSync(resolve(cwd, folder, 'server.json'), 'utf8')) as { secret: string };
  const owner = { 'x-fwoa-owner': secret };
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${url}/${path}`, { ...init, headers: { ...owner, ...init.headers } });
  return { ...running, url, cwd, request };
}

/** Ends a server as Ctrl-C or a process manager does. */
export function stop(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
  running.child.kill(signal);
  return running.ended;
}
