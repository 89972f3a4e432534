import type { HistoryPage, HistoryQuery } from '../../store.ts';
import { batchGet, itemName, type VersionKey } from './batch-get.ts';
import { decodeStampCursor, encodeHistoryCursor } from './history-cursor.ts';
import { type HistoryEntry, historyEntries } from './history-entries.ts';
import { isWanted } from './history-span.ts';
import { inParallel } from './in-parallel.ts';
import { firstStampOf } from './stamps.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { decodeVersion } from './version-item.ts';
import { createVisibleItem } from './visible-item.ts';
import type { Item } from './wire/attribute-values.ts';

const AT_ONCE = 8;
/** Bodies that are read at once. */
const MOST_AT_ONCE = 100;

interface Found {
  readonly entry: HistoryEntry;
  readonly item: Item;
}

/**
 * The versions of some types, in the order in which they were written; by the history index, which DynamoDB brings up to date within
 * moments.
 */
export async function typesHistory(
  context: TableContext,
  types: readonly string[],
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { count, cursor, since } = query;
  const range = {
    types,
    // A version's stamp is never before its lastUpdated.
    from: firstStampOf(since ?? 0),
    below: cursor === undefined ? undefined : decodeStampCursor(cursor),
    order: 'newest first',
    pageSize: Math.min(count + 1, 1000),
  } as const;
  const found: Found[] = [];
  let batch: HistoryEntry[] = [];
  for await (const entry of historyEntries(context, range, () => deadlineOf(context))) {
    batch.push(entry);
    if (batch.length < Math.min(count + 1, MOST_AT_ONCE)) continue;
    found.push(...(await wantedOf(context, batch, query)));
    batch = [];
    if (found.length > count) break;
  }
  if (batch.length > 0) found.push(...(await wantedOf(context, batch, query)));
  const page = found.slice(0, count);
  const last = page.at(-1);
  const more = found.length > count && last !== undefined;
  return {
    versions: await inParallel(page, AT_ONCE, ({ item }) => decodeVersion(item, context.keys, context.overflow)),
    next: more ? encodeHistoryCursor({ stamp: last.entry.stamp }) : undefined,
    total: cursor === undefined && !more ? page.length : undefined,
  };
}

/** Those of some entries that the query asks for, with their items. */
async function wantedOf(
  context: TableContext,
  entries: readonly HistoryEntry[],
  query: HistoryQuery,
): Promise<readonly Found[]> {
  const next = ({ partition, version }: VersionKey): VersionKey => ({ partition, version: version + 1 });
  const keys: readonly VersionKey[] = query.at === undefined ? entries : entries.flatMap((each) => [each, next(each)]);
  const deadline = deadlineOf(context);
  const items = await batchGet(context, keys, deadline);
  const visible = createVisibleItem(context, deadline);
  const seen = async (key: VersionKey): Promise<Item | undefined> => {
    const item = items.get(itemName(key));
    return item && (await visible(item));
  };
  const wanted: Found[] = [];
  for (const entry of entries) {
    const item = await seen(entry);
    const successor = query.at === undefined ? undefined : await seen(next(entry));
    if (item !== undefined && isWanted(item, successor, query)) wanted.push({ entry, item });
  }
  return wanted;
}
