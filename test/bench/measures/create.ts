import { type LoadTarget, writeRequest } from '../load/load.ts';
import type { LoadOptions, LoadProcess } from '../load/load-process.ts';
import type { BenchContext, Row } from '../measure.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { startRole } from '../processes/role-process.ts';
import type { BareWritesResult, BareWritesTask } from '../reference/bare-writes.ts';
import { inPairs, type Pairs } from '../spread.ts';
import { databaseFile, storedResources, withoutIdentity } from '../stored-resources.ts';

/** Creates, each a request, against bare inserts of the same rows, each resource a transaction. */
export async function measureCreate(context: BenchContext): Promise<readonly Row[]> {
  const { path: data } = await context.syntheaFolder();
  const observations = createRequests(data, 'Observation');
  const goal = { of: 'ratio', at: 'least', value: 0.4 } as const;
  context.progress('create: Observations, synchronous=NORMAL');
  const normal = await creates(context, observations, 'normal', 2500);
  context.progress('create: resources of all types, synchronous=NORMAL');
  const mixed = await creates(context, createRequests(data), 'normal', 2000);
  context.progress('create: Observations, synchronous=FULL');
  const full = await creates(context, observations, 'full', 1000);
  return [
    { name: 'create Observation : bare inserts', unit: '/s', ...normal, goal },
    { name: 'create of all types : bare inserts', unit: '/s', ...mixed },
    { name: 'create Observation : bare inserts, both FULL', unit: '/s', ...full },
  ];
}

export function createRequests(data: string, type?: string): readonly Uint8Array[] {
  return storedResources(data, type).map(({ body }) => {
    const resource = withoutIdentity(body);
    return writeRequest('POST', `/${resource.resourceType}`, Buffer.from(JSON.stringify(resource)));
  });
}

interface CreatePairs extends Pairs {
  readonly note: string;
}

/** The server and the bare database grow in the same steps, from empty ones; the first step only warms up. */
async function creates(
  { load, options, newPath }: BenchContext,
  requests: readonly Uint8Array[],
  durability: 'normal' | 'full',
  most: number,
): Promise<CreatePairs> {
  const data = newPath();
  const server = await startServer(data, durability);
  const bare = startRole<BareWritesTask, BareWritesResult>('bare-writes');
  await bare.ask({ op: 'source', file: databaseFile(data) });
  await bare.ask({ op: 'target', file: newPath(), durability });
  const size = Math.min(most, Math.floor(requests.length / (options.pairs + 1)));
  const step = (n: number) => requests.slice(n * size, (n + 1) * size);
  let rows = 0;
  const insert = async (): Promise<number> => {
    const taken = await bare.ask({ op: 'take' });
    if (taken.resources !== size) throw new Error(`${taken.resources} of ${size} resources were stored.`);
    rows += taken.rows;
    return size / (await bare.ask({ op: 'insert', together: 1 })).seconds;
  };
  const post = rateOf(load, server, options);
  await post(step(0));
  await insert();
  rows = 0;
  const pairs = await inPairs(options.pairs, (n) => post(step(n + 1)), insert);
  await server.stop();
  await bare.end();
  return { ...pairs, note: `${(rows / size / options.pairs).toFixed(1)} rows a resource` };
}

/** Sends each request once; resolves to how many a second. */
export function rateOf(
  load: LoadProcess,
  server: LoadTarget,
  { connections }: LoadOptions,
): (requests: readonly Uint8Array[]) => Promise<number> {
  return async (requests) => (await load.run(server, requests, { connections })).perSecond;
}
