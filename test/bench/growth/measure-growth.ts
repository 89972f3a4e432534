import { cpSync } from 'node:fs';
import { getRequest } from '../load/load.ts';
import { type LoadedServer, warmLoadedServer } from '../load/loaded-server.ts';
import type { BenchContext, Row } from '../measure.ts';
import { caseValues } from '../measures/search.ts';
import { type FwoaServer, importFiles, startServer } from '../processes/fwoa-process.ts';
import { startRole } from '../processes/role-process.ts';
import { SEARCH_CASES, type SearchCase } from '../reference/search-cases.ts';
import { type Spread, spread } from '../spread.ts';
import { databaseFile } from '../stored-resources.ts';
import { syntheaFiles } from '../synthea-files.ts';
import type { MultiplyTask } from './multiply.ts';

const TIMES = [1, 10, 100] as const;

/** The patients of the base set; a hundred times as much goes on the disk. */
const PATIENTS = 2;

/** Observations with it are not multiplied, so that a search for it across all patients finds the same. */
const CODE = '8302-2';

/** Birth dates are not changed in copies: a search for one would match more. */
const GROWING: readonly SearchCase[] = SEARCH_CASES.filter(({ name }) => name !== 'chained to a date');

/** Searches on a base set, and with ten and a hundred times as much beside it that does not match. */
export async function measureGrowth(context: BenchContext): Promise<readonly Row[]> {
  const { options, newPath, progress } = context;
  const [base, ...folders] = TIMES.map(() => newPath());
  if (base === undefined) return [];
  await importFiles(syntheaFiles(options.synthea, PATIENTS), base);
  for (const folder of folders) cpSync(base, folder, { recursive: true });
  const multiply = startRole<MultiplyTask, number>('multiply');
  const counts: number[] = [await multiply.ask({ file: databaseFile(base), times: 1, without: CODE })];
  for (const [i, folder] of folders.entries()) {
    counts.push(await multiply.ask({ file: databaseFile(folder), times: TIMES[i + 1] ?? 1, without: CODE }));
    progress(`growth: made ${counts.at(-1)} resources of ${counts[0]}`);
  }
  await multiply.end();
  const servers: FwoaServer[] = [];
  for (const folder of [base, ...folders]) servers.push(await startServer(folder));
  const rows: Row[] = [];
  for (const search of GROWING) rows.push(...(await measureCase(context, search, base, servers)));
  for (const server of servers) await server.stop();
  return rows;
}

async function measureCase(
  { load, options, progress }: BenchContext,
  search: SearchCase,
  base: string,
  servers: readonly FwoaServer[],
): Promise<readonly Row[]> {
  progress(`growth: ${search.name}`);
  const values = caseValues(base).filter(({ code }) => code === CODE || search.name.startsWith('a patient'));
  const requests = [...new Set(values.map((set) => search.path(set)))].map((path) => getRequest(path));
  const shorter = { ...options, seconds: options.seconds * 0.4 };
  const loaded: LoadedServer[] = [];
  for (const server of servers) loaded.push(await warmLoadedServer(load, server, requests, shorter));
  const samples: number[][] = servers.map(() => []);
  for (let round = 0; round < options.pairs; round++) {
    for (const [i, { rate }] of loaded.entries()) samples[i]?.push(1000 / (await rate()));
  }
  const spreads: readonly Spread[] = samples.map(spread);
  const [reference] = spreads;
  return spreads.slice(1).map((ours, i) => ({
    name: `growth ×${TIMES[i + 1]}: ${search.name} : ×1`,
    unit: 'ms',
    ours,
    reference,
    ratio: spread(ours.samples.map((sample, round) => sample / (reference?.samples[round] ?? Number.NaN))),
    // Deeper trees and a colder cache, but no more than that.
    goal: { of: 'ratio', at: 'most', value: 1.5 },
    note: `CPU ${loaded
      .map(({ cpu }) => (cpu() / 1000).toFixed(3))
      .filter((_, n) => n === 0 || n === i + 1)
      .reverse()
      .join(' : ')} ms`,
  }));
}
