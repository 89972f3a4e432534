import { getRequest } from '../load/load.ts';
import { warmLoadedServer } from '../load/loaded-server.ts';
import type { BenchContext, Row } from '../measure.ts';
import { type FwoaServer, startServer } from '../processes/fwoa-process.ts';
import { type RoleProcess, startRole } from '../processes/role-process.ts';
import { openBare } from '../reference/bare-database.ts';
import type { BareQueriesResult, BareQueriesTask } from '../reference/bare-queries.ts';
import { type CaseValues, numbered, SEARCH_CASES, type SearchCase } from '../reference/search-cases.ts';
import { inPairs } from '../spread.ts';
import { databaseFile, storedResources } from '../stored-resources.ts';

type BareQueries = RoleProcess<BareQueriesTask, BareQueriesResult>;

/** Vital signs, that every patient has many of. */
const CODES = ['8302-2', '29463-7', '85354-9', '8867-4', '9279-1'];

/** Searches with 20 results, each against SQL written for it, bodies included. */
export async function measureSearch(context: BenchContext): Promise<readonly Row[]> {
  const { path: data } = await context.syntheaFolder();
  const server = await startServer(data);
  const bare: BareQueries = startRole('bare-queries');
  const rows: Row[] = [];
  // There are many cases, and each is steady.
  const shorter = { ...context, options: { ...context.options, seconds: context.options.seconds * 0.6 } };
  for (const search of SEARCH_CASES) {
    context.progress(`search: ${search.name}`);
    rows.push(await measureCase(shorter, search, data, server, bare));
  }
  await server.stop();
  await bare.end();
  return rows;
}

async function measureCase(
  { load, options }: BenchContext,
  search: SearchCase,
  data: string,
  server: FwoaServer,
  bare: BareQueries,
): Promise<Row> {
  const file = databaseFile(data);
  const database = openBare(file);
  const sql = numbered(database, search.sql);
  database.close();
  const sets = await fullPages(search, caseValues(data), { file, sql }, bare);
  await requireSame(search, sets, { file, sql }, server, bare);
  const requests = sets.map((set) => getRequest(search.path(set)));
  const values = sets.map((set) => search.bound(set));
  const loaded = await warmLoadedServer(load, server, requests, options);
  const { seconds } = options;
  const query = async (): Promise<number> => 1000 / (await bare.ask({ file, sql, values, seconds })).perSecond;
  await query();
  const pairs = await inPairs(options.pairs, async () => 1000 / (await loaded.rate()), query);
  return {
    name: `search: ${search.name} : bare SQL`,
    unit: 'ms',
    ...pairs,
    goal: { of: 'ratio', at: 'most', value: 4 },
    note: `CPU ${(loaded.cpu() / 1000).toFixed(3)} ms, ${loaded.latency()}`,
  };
}

/** All patients, each with each code. */
export function caseValues(data: string): readonly CaseValues[] {
  return storedResources(data, 'Patient').flatMap(({ id, body }) => {
    const patient = JSON.parse(Buffer.from(body).toString()) as { name: { family: string }[]; birthDate: string };
    const family = patient.name[0]?.family ?? '';
    return CODES.map((code) => ({ patient: id, family, birthDate: patient.birthDate, code }));
  });
}

/** Those values, at most 50 different ones, that bring 20 results or more; where none does, all that bring any. */
async function fullPages(
  search: SearchCase,
  all: readonly CaseValues[],
  { file, sql }: { readonly file: string; readonly sql: string },
  bare: BareQueries,
): Promise<readonly CaseValues[]> {
  const different = [...new Map(all.map((set) => [search.path(set), set])).values()];
  const { ids } = await bare.ask({ file, sql, values: different.map((set) => search.bound(set)) });
  const full = different.filter((_, i) => (ids[i]?.length ?? 0) >= 20);
  const sets = full.length > 0 ? full : different.filter((_, i) => (ids[i]?.length ?? 0) > 0);
  return sets.slice(0, 50);
}

/** The server and the SQL must find the same: else one of the two is compared with something else. */
async function requireSame(
  search: SearchCase,
  sets: readonly CaseValues[],
  { file, sql }: { readonly file: string; readonly sql: string },
  { url, headers }: FwoaServer,
  bare: BareQueries,
): Promise<void> {
  const { ids } = await bare.ask({ file, sql, values: sets.map((set) => search.bound(set)) });
  for (const [i, set] of sets.entries()) {
    const response = await fetch(url + search.path(set), { headers });
    const bundle = (await response.json()) as { readonly entry?: readonly { readonly resource: { id: string } }[] };
    const found = (bundle.entry ?? []).map(({ resource }) => resource.id);
    if ([...found].sort().join() !== [...(ids[i] ?? [])].sort().join()) {
      throw new Error(`${search.path(set)} found ${found.length} resources, not the ${ids[i]?.length} of the SQL.`);
    }
  }
}
