import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { openLocalAdmin } from '../../../src/admin/local-admin.ts';
import { keepTrack } from './children.ts';
import { type Memory, memoryOf } from './memory.ts';

const EXECUTABLE = join(dirname(process.argv[1] ?? ''), 'fwoa.js');

/** `fwoa local`, ready. */
export interface FwoaServer {
  readonly url: string;
  /** The API key of a client system, and the token of a user who may do everything. */
  readonly headers: Readonly<Record<string, string>>;
  /** ms from the spawn to the line that says it is ready. */
  readonly readyMs: number;
  readonly pid: number;
  memory(): Memory;
  stop(): Promise<void>;
}

/** Starts the built server on a data folder. */
export async function startServer(data: string, durability: 'normal' | 'full' = 'normal'): Promise<FwoaServer> {
  const begin = performance.now();
  const argv = [EXECUTABLE, 'local', '--data', data, '--port', '0', '--json', '--durability', durability];
  const child = keepTrack(spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] }));
  const complaints = collect(child.stderr);
  const ended = once(child, 'exit');
  const ready = once(createInterface({ input: child.stdout }), 'line');
  const [line] = await Promise.race([ready, ended]);
  const readyMs = performance.now() - begin;
  if (typeof line !== 'string') throw new Error(`fwoa local ended with ${line}: ${complaints()}`);
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    headers: await signIn(data),
    readyMs,
    pid: child.pid ?? 0,
    memory: () => memoryOf(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Lets the bench in: as any client system and user, but without a limit that it would reach. */
export async function signIn(data: string): Promise<Readonly<Record<string, string>>> {
  const admin = await openLocalAdmin(data);
  const name = 'bench';
  const password = randomBytes(24).toString('base64url');
  if ((await admin.clients()).some((client) => client.name === name)) await admin.removeClient(name);
  if ((await admin.users()).some((user) => user.name === name)) await admin.removeUser(name);
  const { apiKey } = await admin.addClient({ name, rate: { perSecond: 1e6, burst: 1e6 } });
  await admin.addUser({ name, roles: ['practitioner'], password });
  const { accessToken } = await admin.token({ name, password });
  await admin.close();
  return { 'x-api-key': apiKey, authorization: `Bearer ${accessToken}` };
}

/** Runs `fwoa import` to its end; resolves to the seconds that it took, start included. */
export async function importFiles(paths: readonly string[], data: string): Promise<number> {
  const begin = performance.now();
  const argv = [EXECUTABLE, 'import', ...paths, '--local', '--data', data, '--json'];
  const child = keepTrack(spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] }));
  const said = [collect(child.stdout), collect(child.stderr)];
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`fwoa import ended with ${code}: ${said.map((text) => text()).join('')}`);
  return (performance.now() - begin) / 1000;
}

/** What a stream has brought, the last of it. */
function collect(stream: Readable): () => string {
  let text = '';
  stream.on('data', (more) => {
    text = `${text}${more}`.slice(-2000);
  });
  return () => text;
}

/** ms that Node itself needs to start and end: the least any start-up can be. */
export async function bareStart(): Promise<number> {
  const begin = performance.now();
  await once(keepTrack(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' })), 'exit');
  return performance.now() - begin;
}
