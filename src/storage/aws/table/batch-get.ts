import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { inChunks, inParallel } from './in-parallel.ts';
import type { TableContext } from './table-context.ts';
import { partitionOf, versionOf } from './version-item.ts';
import { type Item, number, text } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

/** The most that DynamoDB takes. */
const BATCH = 100;
const AT_ONCE = 8;

/** A version's key. */
export interface VersionKey {
  readonly partition: string;
  readonly version: number;
}

/** Items by key, as {@link itemName} writes it. */
export type FoundItems = ReadonlyMap<string, Item>;

export function itemName({ partition, version }: VersionKey): string {
  return `${version} ${partition}`;
}

/** Reads many items, strongly consistent, those of unfinished transactions too. */
export async function batchGet(
  context: TableContext,
  versions: readonly VersionKey[],
  deadline: Deadline,
): Promise<FoundItems> {
  const distinct = new Map(versions.map((key) => [itemName(key), key]));
  const found = new Map<string, Item>();
  await inParallel(inChunks([...distinct.values()], BATCH), AT_ONCE, async (chunk) => {
    const keys = chunk.map(({ partition, version }): Item => ({ pk: text(partition), v: number(version) }));
    for (const item of await getAll(context, keys, deadline)) {
      found.set(itemName({ partition: partitionOf(item), version: versionOf(item) }), item);
    }
  });
  return found;
}

/** What DynamoDB leaves out, as 16 MB are reached or it is throttled, is asked for again. */
async function getAll({ dynamo, table }: TableContext, keys: readonly Item[], deadline: Deadline): Promise<Item[]> {
  const items: Item[] = [];
  let left = keys;
  for (let tries = 0; ; tries++) {
    const input = { RequestItems: { [table]: { Keys: left, ConsistentRead: true } } };
    const { Responses, UnprocessedKeys } = await dynamo.call('BatchGetItem', input, deadline);
    const some = Responses?.[table] ?? [];
    items.push(...some);
    left = UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return items;
    if (some.length > 0) tries = 0;
    else if (performance.now() > deadline) throw new StoreUnavailableError('throttled', 2);
    await sleep(Math.random() * Math.min(1000, 10 * 2 ** tries));
  }
}
