import { get } from 'node:http';
import { getRequest, type LoadTarget } from '../load/load.ts';
import { warmLoadedServer } from '../load/loaded-server.ts';
import type { BenchContext, Goal, Row } from '../measure.ts';
import { startCore } from '../processes/core-server.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { startRole } from '../processes/role-process.ts';
import type { BareHttpTask } from '../reference/bare-http.ts';
import { inPairs } from '../spread.ts';
import { type StoredBody, storedResources } from '../stored-resources.ts';

/** Few enough to be in every cache, and so many that they are not. */
const PATIENTS = 60;
const ANY = 10_000;

/** Reads, against a bare `node:http` server that answers the same bytes and headers. */
export async function measureRead(context: BenchContext): Promise<readonly Row[]> {
  const { path: data } = await context.syntheaFolder();
  const server = await startServer(data);
  const patients = pathsOf(storedResources(data, 'Patient').slice(0, PATIENTS));
  const any = pathsOf(storedResources(data).slice(0, ANY));
  const least = (value: number): Goal => ({ of: 'ratio', at: 'least', value });
  const rows = [
    await reads(context, server, `read of ${patients.length} patients`, patients, least(0.4)),
    await reads(context, server, `read of ${any.length} resources`, any),
  ];
  await server.stop();
  const core = await startCore(data);
  rows.push(await reads(context, core, `core alone: read of ${patients.length} patients`, patients, least(0.45)));
  await core.stop();
  return rows;
}

function pathsOf(resources: readonly StoredBody[]): readonly string[] {
  return resources.map(({ id, body }) => `/${JSON.parse(Buffer.from(body).toString()).resourceType}/${id}`);
}

async function reads(
  { load, options, progress }: BenchContext,
  server: LoadTarget & { readonly pid: number },
  name: string,
  paths: readonly string[],
  goal?: Goal,
): Promise<Row> {
  progress(name);
  const bare = startRole<BareHttpTask, string>('bare-http');
  const answers = new Map<string, Answer>();
  for (const path of paths) answers.set(path, await fetchAnswer(server, path));
  const bareUrl = await bare.ask({ answers });
  const requests = paths.map((path) => getRequest(path));
  const theirs = await warmLoadedServer(load, { url: bareUrl, pid: bare.pid }, requests, options);
  const ours = await warmLoadedServer(load, server, requests, options);
  const pairs = await inPairs(options.pairs, ours.rate, theirs.rate);
  await bare.end();
  const note = `CPU ${ours.cpu().toFixed(0)} : ${theirs.cpu().toFixed(0)} µs, ${ours.latency()}`;
  return { name: `${name} : bare node:http`, unit: '/s', ...pairs, goal, note };
}

interface Answer {
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** Those that Node adds by itself to every answer. */
const ADDED = /^(date|connection|keep-alive)$/i;

function fetchAnswer({ url, headers }: LoadTarget, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url + path, { headers: { accept: 'application/fhir+json', ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { rawHeaders } = response;
        const headers = rawHeaders.filter((_, i) => !ADDED.test(rawHeaders[i - (i % 2)] ?? ''));
        resolve({ headers, body: Buffer.concat(chunks) });
      });
    }).on('error', reject);
  });
}
