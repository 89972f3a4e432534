import { getRequest } from '../load/load.ts';
import { type LoadedServer, warmLoadedServer } from '../load/loaded-server.ts';
import type { BenchContext, Goal, Row } from '../measure.ts';
import { type CoreServer, startCore } from '../processes/core-server.ts';
import { type FwoaServer, startServer } from '../processes/fwoa-process.ts';
import { SEARCH_CASES } from '../reference/search-cases.ts';
import { inPairs } from '../spread.ts';
import { storedResources } from '../stored-resources.ts';
import { createRequests, rateOf } from './create.ts';
import { caseValues } from './search.ts';

/** What a key, a token, roles and an audit event cost a request, against the same server without them. */
const GOAL: Goal = { of: 'ratio', at: 'least', value: 0.9 };
const PATIENTS = 60;
const SEARCHES = ["a patient's code, sorted", 'chained to a name', 'reference with _include'];

/** The server with all of it, against its core alone on a copy of the same data. */
export async function measureAccess(context: BenchContext): Promise<readonly Row[]> {
  const { path: data } = await context.syntheaFolder();
  const core = await startCore(context.newPath(), data);
  const server = await startServer(data);
  const patients = storedResources(data, 'Patient').slice(0, PATIENTS);
  const rows = [
    await side(
      context,
      `read of ${PATIENTS} patients`,
      patients.map(({ id }) => `/Patient/${id}`),
      server,
      core,
    ),
  ];
  for (const { name, path } of SEARCH_CASES.filter((search) => SEARCHES.includes(search.name))) {
    const paths = [...new Set(caseValues(data).map(path))].slice(0, 50);
    rows.push(await side(context, `search: ${name}`, paths, server, core, GOAL));
  }
  await server.stop();
  await core.stop();
  rows.push(await creates(context, data));
  return rows;
}

async function side(
  { load, options, progress }: BenchContext,
  name: string,
  paths: readonly string[],
  server: FwoaServer,
  core: CoreServer,
  goal?: Goal,
): Promise<Row> {
  progress(`access: ${name}`);
  const requests = paths.map((path) => getRequest(path));
  const theirs: LoadedServer = await warmLoadedServer(load, core, requests, options);
  const ours: LoadedServer = await warmLoadedServer(load, server, requests, options);
  const pairs = await inPairs(options.pairs, ours.rate, theirs.rate);
  const note = `CPU ${ours.cpu().toFixed(0)} : ${theirs.cpu().toFixed(0)} µs`;
  return { name: `access, ${name} : core alone`, unit: '/s', ...pairs, goal, note };
}

async function creates({ load, options, newPath, progress }: BenchContext, data: string): Promise<Row> {
  progress('access: create');
  const requests = createRequests(data, 'Observation');
  const size = Math.min(2500, Math.floor(requests.length / (options.pairs + 1)));
  const step = (n: number) => requests.slice(n * size, (n + 1) * size);
  const server = await startServer(newPath());
  const core = await startCore(newPath());
  const ours = rateOf(load, server, options);
  const theirs = rateOf(load, core, options);
  await ours(step(0));
  await theirs(step(0));
  const pairs = await inPairs(
    options.pairs,
    (n) => ours(step(n + 1)),
    (n) => theirs(step(n + 1)),
  );
  await server.stop();
  await core.stop();
  return { name: 'access, create Observation : core alone', unit: '/s', ...pairs, goal: GOAL };
}
