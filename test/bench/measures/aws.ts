import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getRequest, writeRequest } from '../load/load.ts';
import { warmLoadedServer } from '../load/loaded-server.ts';
import type { BenchContext, Goal, Row } from '../measure.ts';
import { type AwsServer, type Consumed, startAwsServer } from '../processes/aws-server.ts';
import { inPairs, spread } from '../spread.ts';
import { storedResources, withoutIdentity } from '../stored-resources.ts';
import { createRequests, rateOf } from './create.ts';

const PATIENTS = 60;
const STEP = 1500;

/** s */
const WARM_UP = 20;

/** So many times what the last release of FHIR Works does on the same engine and machine: 840 reads, 780 creates, 46 updates a second, 468 MB. */
const GOALS = { read: 3 * 840, create: 2 * 780, update: 5 * 46, memory: 468 } as const;

/** The server on DynamoDB Local, with keys, tokens, roles and audit. */
export async function measureAws(context: BenchContext): Promise<readonly Row[]> {
  context.progress('starting DynamoDB Local and OpenSearch');
  const { start } = await engineScripts();
  const [dynamo, search] = [await start('dynamodb'), await start('opensearch')];
  const engines = { dynamo: dynamo.url, search: search.url };
  try {
    const { path: data } = await context.syntheaFolder();
    const server = await startAwsServer(context.newPath(), engines);
    const rows = await rates(context, data, server);
    await server.stop();
    const counted = await startAwsServer(context.newPath(), engines, true);
    rows.push(...(await costs(context, data, counted)));
    await counted.stop();
    return rows;
  } finally {
    await Promise.all([dynamo.stop(), search.stop()]);
  }
}

/** Not bundled: they look for files beside themselves. */
function engineScripts(): Promise<typeof import('../../../scripts/engines/start.mjs')> {
  return import(pathToFileURL(resolve('scripts/engines/start.mjs')).href);
}

async function rates({ load, options, progress }: BenchContext, data: string, server: AwsServer): Promise<Row[]> {
  const least = (value: number): Goal => ({ of: 'ours', at: 'least', value });
  const patients = storedResources(data, 'Patient').slice(0, PATIENTS);
  const puts = patients.map(({ id, body }) => writeRequest('PUT', `/Patient/${id}`, body));
  await load.run(server, puts, { connections: 4 });

  progress('aws: warming up');
  // The engine is a JVM: it takes some ten thousand requests until it is as fast as it gets.
  const warm = patients.map(({ id }) => getRequest(`/Patient/${id}`));
  await load.run(server, warm, { connections: options.connections, seconds: WARM_UP });

  progress('aws: read');
  const reads = await warmLoadedServer(
    load,
    server,
    patients.map(({ id }) => getRequest(`/Patient/${id}`)),
    options,
  );
  const read = await times(options.pairs, () => reads.rate());

  progress('aws: create');
  const requests = createRequests(data, 'Observation');
  const size = Math.min(STEP, Math.floor(requests.length / (options.pairs + 1)));
  const post = rateOf(load, server, options);
  await post(requests.slice(0, size));
  const create = await times(options.pairs, (n) => post(requests.slice((n + 1) * size, (n + 2) * size)));

  progress('aws: update');
  const [first] = storedResources(data, 'Observation');
  const put = rateOf(load, server, { ...options, connections: 1 });
  const versions = Array.from({ length: 300 }, (_, n) => {
    const resource = {
      ...withoutIdentity(first?.body ?? new Uint8Array()),
      id: 'one',
      issued: `2024-01-01T00:00:00.${n}Z`,
    };
    return writeRequest('PUT', '/Observation/one', Buffer.from(JSON.stringify(resource)));
  });
  await put(versions);
  const update = await times(options.pairs, () => put(versions));

  const memory = server.memory();
  const megabytes = (memory.peak ?? memory.now) / 1e6;
  return [
    {
      name: 'aws: read of 60 patients',
      unit: '/s',
      ours: read,
      goal: least(GOALS.read),
      note: `CPU ${reads.cpu().toFixed(0)} µs`,
    },
    { name: 'aws: create Observation', unit: '/s', ours: create, goal: least(GOALS.create) },
    { name: 'aws: update, one connection', unit: '/s', ours: update, goal: least(GOALS.update) },
    {
      name: 'aws: memory at most',
      unit: 'MB',
      ours: spread([megabytes]),
      goal: { of: 'ours', at: 'most', value: GOALS.memory },
    },
  ];
}

async function times(count: number, measure: (n: number) => Promise<number>) {
  const { ours } = await inPairs(count, measure, async () => 1);
  return ours;
}

/** What an interaction costs on DynamoDB: capacity units, and requests. */
async function costs({ load, progress }: BenchContext, data: string, server: AwsServer): Promise<Row[]> {
  progress('aws: consumed capacity');
  const observations = storedResources(data, 'Observation').slice(0, 200);
  const put = (status: string) =>
    observations.map(({ id, body }) => {
      const resource = { ...withoutIdentity(body), id, status };
      return writeRequest('PUT', `/Observation/${id}`, Buffer.from(JSON.stringify(resource)));
    });
  const steps: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ['create by PUT', put('final')],
    ['create by POST', createRequests(data, 'Observation').slice(0, 200)],
    ['read', observations.map(({ id }) => getRequest(`/Observation/${id}`))],
    ['update', put('amended')],
    ['vread', observations.map(({ id }) => getRequest(`/Observation/${id}/_history/1`))],
    ['history of a resource', observations.map(({ id }) => getRequest(`/Observation/${id}/_history`))],
    ['history of the type', observations.slice(0, 20).map(() => getRequest('/Observation/_history?_count=20'))],
    ['delete', observations.map(({ id }) => deleteRequest(`/Observation/${id}`))],
  ];
  // The first write of a type leaves a record of it.
  await load.run(
    server,
    [
      writeRequest(
        'PUT',
        '/Observation/first',
        Buffer.from('{"resourceType":"Observation","id":"first","status":"final","code":{}}'),
      ),
    ],
    { connections: 1 },
  );
  await server.consumed();
  const rows: Row[] = [];
  for (const [name, requests] of steps) {
    await load.run(server, requests, { connections: 4 });
    rows.push(costRow(name, await server.consumed(), requests.length));
  }
  return rows;
}

function deleteRequest(path: string): Uint8Array {
  return Buffer.from(`DELETE ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
}

function costRow(name: string, consumed: Consumed, count: number): Row {
  const units = Object.values(consumed).reduce((sum, each) => sum + each.units, 0) / count;
  const note = Object.entries(consumed)
    .map(
      ([operation, { requests, units }]) =>
        `${(requests / count).toFixed(2)} ${operation} (${(units / count).toFixed(2)} units)`,
    )
    .join(', ');
  return { name: `aws: capacity of a ${name}`, unit: 'units', ours: spread([units]), note };
}
