import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { keepTrack } from '../processes/children.ts';
import { memoryOf } from '../processes/memory.ts';

/** The launcher and its Maven project (HAPI FHIR JPA, R4, H2 in memory). */
const SOURCE = '../shared/engines/hapi';
const BUILD = '.cache/hapi';

/** A peer that is ready. */
export interface HapiServer {
  readonly url: string;
  readonly readyMs: number;
  /** Bytes. */
  memory(): number;
  /** Does something while its threads, which are never quite idle, stand still. */
  paused<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Fetches what HAPI needs and compiles the launcher, unless that is done: Maven and a JDK are needed. */
export function buildHapi(): void {
  if (existsSync(join(BUILD, 'HapiPeer.class'))) return;
  if (!existsSync(SOURCE)) throw new Error(`${SOURCE} is not there: it has HAPI's launcher.`);
  mkdirSync(BUILD, { recursive: true });
  cpSync(SOURCE, BUILD, { recursive: true });
  const run = (command: string, ...argv: string[]) =>
    execFileSync(command, argv, { cwd: BUILD, stdio: ['ignore', 2, 2] });
  run('mvn', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib');
  run('javac', '-cp', 'lib/*', 'HapiPeer.java');
}

/** Starts HAPI with 2 GB of heap. */
export async function startHapi(): Promise<HapiServer> {
  const port = await freePort();
  const begin = performance.now();
  const child = keepTrack(
    spawn('java', ['-Xmx2g', '-cp', '.:lib/*', 'HapiPeer', String(port)], {
      cwd: BUILD,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const ended = once(child, 'exit');
  const started = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('started ')) resolve(line);
    });
  });
  const first = await Promise.race([started, ended]);
  if (typeof first !== 'string') throw new Error(`HAPI ended with ${first[0]}.`);
  return {
    url: `http://127.0.0.1:${port}/fhir`,
    readyMs: performance.now() - begin,
    memory: () => memoryOf(child.pid ?? 0).now,
    async paused(work) {
      child.kill('SIGSTOP');
      try {
        return await work();
      } finally {
        child.kill('SIGCONT');
      }
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
