import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The build; `FWOA_EXECUTABLE` names another, that of an installed package for one. */
const EXECUTABLE = process.env.FWOA_EXECUTABLE ?? fileURLToPath(new URL('../../dist/fwoa.js', import.meta.url));

/** `fwoa local`, as users run it: a process of its own. */
export interface SpawnedServer {
  readonly url: string;
  /** What the folder's owner is known by: to be sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** As a power cut does it: no handler runs. */
  kill(): Promise<void>;
  /** As Ctrl-C does it. */
  stop(): Promise<void>;
  readonly ended: () => boolean;
  /** It has ended without being told to. */
  readonly crashed: () => boolean;
  /** What it wrote to stderr. */
  readonly stderr: () => string;
}

/** Starts the built server on a data folder and waits until it says that it is ready. */
export async function spawnServer(data: string): Promise<SpawnedServer> {
  if (!existsSync(EXECUTABLE))
    throw new Error(`${EXECUTABLE} is not there: run "npm run build" first ("npm test" does)`);
  const child = spawn(process.execPath, [EXECUTABLE, 'local', '--data', data, '--json', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = false;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const url = await readyUrl(child, () => stderr);
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGINT') => {
    told = true;
    if (ended()) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const { secret } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { secret: string };
  return {
    url,
    headers: { 'x-fwoa-owner': secret },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    ended,
    crashed: () => !told && ended(),
    stderr: () => stderr,
  };
}

async function readyUrl(
  child: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
  stderr: () => string,
): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const event = JSON.parse(line) as { event?: string; url?: string };
    if (event.event === 'ready' && event.url !== undefined) {
      lines.close();
      child.stdout.resume();
      return event.url;
    }
  }
  throw new Error(`the server ended before it was ready: ${stderr()}`);
}
