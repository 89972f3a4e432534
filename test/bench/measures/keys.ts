import { keysOf, SHARDS } from '../../../src/storage/aws/table/keys.ts';
import type { BenchContext, Row } from '../measure.ts';
import { openBare } from '../reference/bare-database.ts';
import { spread } from '../spread.ts';
import { databaseFile } from '../stored-resources.ts';

/** Writes a second that DynamoDB takes into one partition. */
const PARTITION_LIMIT = 1000;

/** Fewer say nothing about how their ids spread. */
const ENOUGH = 1000;

/** How the keys of the DynamoDB table spread all Synthea resources: no engine is needed, as the keys alone decide it. */
export async function measureKeys(context: BenchContext): Promise<readonly Row[]> {
  const { path } = await context.syntheaFolder();
  context.progress('keys: partitions of all Synthea resources');
  const keys = keysOf('-');
  const tablePartitions = new Set<string>();
  const counts = new Map<string, Map<string, number>>();
  for (const { type, id } of resourceNames(path)) {
    tablePartitions.add(keys.resource(type, id));
    const ofType = counts.get(type) ?? new Map(keys.histories(type).map((key) => [key, 0]));
    const partition = keys.history(type, id);
    ofType.set(partition, (ofType.get(partition) ?? 0) + 1);
    counts.set(type, ofType);
  }
  const total = sum([...counts.values()].flatMap((ofType) => [...ofType.values()]));
  const busiest = Math.max(...[...counts.values()].flatMap((ofType) => [...ofType.values()]));
  return [
    {
      name: 'keys: of the writes, in the busiest partition of the table',
      unit: '%',
      ours: spread([100 / tablePartitions.size]),
      note: `${total.toLocaleString('en-US')} resources, ${tablePartitions.size.toLocaleString('en-US')} partitions`,
    },
    {
      name: 'keys: of the writes, in the busiest partition of the history index',
      unit: '%',
      ours: spread([(100 * busiest) / total]),
      note: `so in this mix it takes ${Math.floor((PARTITION_LIMIT * total) / busiest).toLocaleString('en-US')} writes a second`,
    },
    ...[...counts]
      .map(([type, ofType]) => ({ type, parts: [...ofType.values()], count: sum([...ofType.values()]) }))
      .filter(({ count }) => count >= ENOUGH)
      .sort((a, b) => b.count - a.count)
      .map(
        ({ type, parts, count }): Row => ({
          name: `keys: ${type} in each of its ${SHARDS} history partitions`,
          unit: '%',
          ours: spread(parts.map((part) => (100 * part) / count)),
          note: `${count.toLocaleString('en-US')} resources`,
        }),
      ),
  ];
}

function resourceNames(data: string): { readonly type: string; readonly id: string }[] {
  const database = openBare(databaseFile(data));
  const rows = database.prepare('SELECT t.name, r.id FROM resource r JOIN resource_type t ON t.number = r.type').all();
  database.close();
  return rows.map(({ name, id }) => ({ type: String(name), id: String(id) }));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
