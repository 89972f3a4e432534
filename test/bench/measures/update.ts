import { writeRequest } from '../load/load.ts';
import type { BenchContext, Row } from '../measure.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { startRole } from '../processes/role-process.ts';
import type { BareWritesResult, BareWritesTask } from '../reference/bare-writes.ts';
import { inPairs } from '../spread.ts';
import { databaseFile, storedResources, withoutIdentity } from '../stored-resources.ts';
import { rateOf } from './create.ts';

const STEP = 1500;

/** Updates of Observations, each a request, against bare deletes and inserts of the same rows, each resource a transaction. */
export async function measureUpdate(context: BenchContext): Promise<readonly Row[]> {
  const { load, options, newPath, progress } = context;
  progress('update');
  const all = storedResources((await context.syntheaFolder()).path, 'Observation');
  const size = Math.min(STEP, Math.floor(all.length / (options.pairs + 1)));
  const data = newPath();
  const server = await startServer(data);
  const bare = startRole<BareWritesTask, BareWritesResult>('bare-writes');
  await bare.ask({ op: 'source', file: databaseFile(data) });
  await bare.ask({ op: 'target', file: newPath(), durability: 'normal' });
  const puts = (n: number, status: string) =>
    all.slice(n * size, (n + 1) * size).map(({ id, body }) => {
      const resource = { ...withoutIdentity(body), id, status };
      return writeRequest('PUT', `/Observation/${id}`, Buffer.from(JSON.stringify(resource)));
    });
  const put = rateOf(load, server, options);
  for (let n = 0; n <= options.pairs; n++) await put(puts(n, 'final'));
  await bare.ask({ op: 'take' });
  await bare.ask({ op: 'insert', together: 100 });
  const replace = async (): Promise<number> => {
    const taken = await bare.ask({ op: 'take' });
    if (taken.resources !== size) throw new Error(`${taken.resources} of ${size} resources were updated.`);
    return size / (await bare.ask({ op: 'replace' })).seconds;
  };
  await put(puts(0, 'amended'));
  await replace();
  const pairs = await inPairs(options.pairs, (n) => put(puts(n + 1, 'amended')), replace);
  await server.stop();
  await bare.end();
  return [{ name: 'update Observation : bare deletes and inserts', unit: '/s', ...pairs }];
}
