import { get } from 'node:http';
import { getRequest } from '../load/load.ts';
import type { BenchContext, Row } from '../measure.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { startRole } from '../processes/role-process.ts';
import type { BareHttpTask } from '../reference/bare-http.ts';
import { inPairs } from '../spread.ts';
import { storedResources } from '../stored-resources.ts';

/** Reads of patients, against a bare `node:http` server that answers the same bytes and headers. */
export async function measureRead(context: BenchContext): Promise<readonly Row[]> {
  const { load, options } = context;
  const data = await context.syntheaFolder();
  const paths = storedResources(data, 'Patient').map(({ id }) => `/Patient/${id}`);
  const server = await startServer(data);
  const bare = startRole<BareHttpTask, string>('bare-http');
  const answers = new Map<string, Answer>();
  for (const path of paths) answers.set(path, await fetchAnswer(server.url + path));
  const bareUrl = await bare.ask({ answers });
  const requests = paths.map((path) => getRequest(path));
  const latencies: number[] = [];
  const rate = async (url: string): Promise<number> => {
    const result = await load.run(url, requests, options);
    if (url === server.url) latencies.push(result.p50, result.p99);
    return result.perSecond;
  };
  // Both are compiled and warm before anything counts.
  await rate(server.url);
  await rate(bareUrl);
  latencies.length = 0;
  const pairs = await inPairs(
    options.pairs,
    () => rate(server.url),
    () => rate(bareUrl),
  );
  await server.stop();
  await bare.end();
  const [p50 = 0, p99 = 0] = latencies;
  const note = `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
  return [
    { name: 'read : bare node:http', unit: '/s', ...pairs, goal: { of: 'ratio', at: 'least', value: 0.45 }, note },
  ];
}

interface Answer {
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** Those that Node adds by itself to every answer. */
const ADDED = /^(date|connection|keep-alive)$/i;

function fetchAnswer(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { accept: 'application/fhir+json' } }, (response) => {
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
