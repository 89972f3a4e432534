import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rawClient } from '../unit/local/transport/raw-client.ts';

/** The build; `FWOA_EXECUTABLE` names another, that of an installed package for one. */
const EXECUTABLE = process.env.FWOA_EXECUTABLE ?? fileURLToPath(new URL('../../dist/fwoa.js', import.meta.url));

/** Headers of a request, in their order. */
export type Headers = Readonly<Record<string, string>>;

export interface Question {
  readonly method?: string;
  /** As it goes over the wire. */
  readonly target: string;
  readonly headers?: Headers;
  readonly body?: string;
}

/** An answer, and all the bytes that it came in. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly bytes: string;
}

/** A server to attack: the built one, a process of its own, with a folder of its own. */
export interface Victim {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Of the first client system. */
  readonly apiKey: string;
  /** What its folder's owner is known by. */
  readonly ownerSecret: string;
  /** A request, byte by byte as it is given: nothing of it is made right. */
  ask(question: Question): Promise<Answer>;
  /** A command of the folder's owner; resolves to its stdout, rejects when it fails. */
  fwoa(typed: string, password?: string): Promise<string>;
  /** All that it wrote on its way: the bytes of its audit log, and stderr. */
  written(): { readonly audit: string; readonly stderr: string };
  close(): Promise<void>;
}

/** @param config of the server, and of commands that name no other; default: none */
export async function startVictim(config?: object): Promise<Victim> {
  const folder = mkdtempSync(join(tmpdir(), 'fwoa-victim-'));
  if (config !== undefined) writeFileSync(join(folder, 'fwoa.config.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [EXECUTABLE, 'local', '--json', '--port', '0'], { cwd: folder });
  const printed = printedBy(child);
  while (!printed.out().includes('\n')) {
    const is = await Promise.race([once(child.stdout, 'data'), printed.closed]);
    if (!Array.isArray(is)) throw new Error(`It ended with ${is}: ${printed.err()}`);
  }
  const { url, apiKey } = JSON.parse(printed.out()) as { url: string; apiKey: string };
  const { port } = new URL(url);
  const server = readFileSync(join(folder, '.fwoa/server.json'), 'utf8');
  const { secret: ownerSecret } = JSON.parse(server) as { secret: string };
  return {
    url,
    port: Number(port),
    folder,
    apiKey,
    ownerSecret,
    async ask(question) {
      return answerOf(await rawClient(Number(port), bytesOf(question)).ended());
    },
    fwoa: (typed, password) => command(folder, typed, password),
    written: () => ({ audit: auditBytes(folder), stderr: printed.err() }),
    async close() {
      child.kill('SIGTERM');
      await printed.closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function auditBytes(folder: string): string {
  const audit = join(folder, '.fwoa/audit');
  return readdirSync(audit)
    .map((name) => readFileSync(join(audit, name), 'latin1'))
    .join('');
}

function bytesOf({ method = 'GET', target, headers = {}, body }: Question): Buffer {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all = Object.entries({ host: '127.0.0.1', connection: 'close', ...length, ...headers });
  const head = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), Buffer.from(body ?? '')]);
}

/** Takes an answer apart; one with `connection: close`, whose body ends with the bytes. */
export function answerOf(bytes: string): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const body = Buffer.from(bytes.slice(end + 4), 'latin1').toString('utf8');
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body, bytes };
}

async function command(cwd: string, typed: string, password: string | undefined): Promise<string> {
  const env = { ...process.env, CI: '1', FWOA_PASSWORD: password };
  const child = spawn(process.execPath, [EXECUTABLE, ...typed.split(' '), '--local'], { cwd, env, stdio: 'pipe' });
  child.stdin.end();
  const { out, err, closed } = printedBy(child);
  const code = await closed;
  if (code !== 0) throw new Error(`fwoa ${typed} ended with ${code}: ${err()}`);
  return out().trim();
}

function printedBy(child: ChildProcess) {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const closed = once(child, 'close').then(([code]): number | null => code);
  return { out: () => out, err: () => err, closed };
}
