import { rmSync } from 'node:fs';
import type { BenchContext, Row } from '../measure.ts';
import { importFiles } from '../processes/fwoa-process.ts';
import { startRole } from '../processes/role-process.ts';
import type { BareWritesResult, BareWritesTask } from '../reference/bare-writes.ts';
import { inPairs } from '../spread.ts';
import { databaseFile } from '../stored-resources.ts';

/** `fwoa import` of all files, start included, against bare inserts of the same rows, 100 resources a transaction. */
export async function measureImport(context: BenchContext): Promise<readonly Row[]> {
  const { options, newPath, progress } = context;
  const bare = startRole<BareWritesTask, BareWritesResult>('bare-writes');
  const synthea = await context.syntheaFolder();
  await bare.ask({ op: 'source', file: databaseFile(synthea.path) });
  const { resources, rows } = await bare.ask({ op: 'take' });
  const pairs = await inPairs(
    options.pairs,
    async (n) => {
      progress(`import ${n + 1} of ${options.pairs}`);
      // The one that the other measures use was the first.
      if (n === 0 && synthea.seconds !== undefined) return resources / synthea.seconds;
      const data = newPath();
      const seconds = await importFiles([options.synthea], data);
      rmSync(data, { recursive: true });
      return resources / seconds;
    },
    async () => {
      const file = newPath();
      await bare.ask({ op: 'target', file, durability: 'normal' });
      const { seconds } = await bare.ask({ op: 'insert', together: 100 });
      rmSync(file);
      return resources / seconds;
    },
  );
  await bare.end();
  // The goal of 3,000 where the bare inserts make 13,000, on any machine.
  const goal = { of: 'ratio', at: 'least', value: 0.23 } as const;
  const note = `${resources} resources, ${(rows / resources).toFixed(1)} rows each`;
  return [{ name: 'import of files : bare inserts by 100', unit: '/s', ...pairs, goal, note }];
}
