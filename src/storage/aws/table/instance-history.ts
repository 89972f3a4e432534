import type { HistoryPage, HistoryQuery } from '../../store.ts';
import { decodeVersionCursor, encodeHistoryCursor } from './history-cursor.ts';
import { isWanted } from './history-span.ts';
import { inParallel } from './in-parallel.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { decodeVersion, versionOf } from './version-item.ts';
import { createVisibleItem } from './visible-item.ts';
import { type Item, number, text } from './wire/attribute-values.ts';

const AT_ONCE = 8;
/** Versions beside those of the page: the one before it, and the one that tells that there is a next page. */
const BESIDE = 2;

/** The versions of a resource, from its partition: strongly consistent. */
export async function instanceHistory(
  context: TableContext,
  type: string,
  id: string,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { count, cursor, since, at } = query;
  const below = cursor === undefined ? undefined : decodeVersionCursor(cursor);
  const found: Item[] = [];
  let total: number | undefined;
  let successor: Item | undefined;
  for await (const item of visibleVersions(context, context.keys.resource(type, id), below, count + BESIDE)) {
    if (below === undefined && since === undefined && at === undefined) total ??= versionOf(item);
    // The page before ended with the version of the cursor; it is read for its time.
    const wanted = (below === undefined || versionOf(item) < below) && isWanted(item, successor, query);
    successor = item;
    if (wanted) found.push(item);
    if (found.length > count) break;
  }
  const page = found.slice(0, count);
  const last = page.at(-1);
  const more = found.length > count && last !== undefined;
  return {
    versions: await inParallel(page, AT_ONCE, (item) => decodeVersion(item, context.keys, context.overflow)),
    next: more ? encodeHistoryCursor({ version: versionOf(last) }) : undefined,
    total: total ?? (cursor === undefined && !more ? page.length : undefined),
  };
}

/** Newest first, from a version on. */
async function* visibleVersions(
  context: TableContext,
  partition: string,
  from: number | undefined,
  pageSize: number,
): AsyncGenerator<Item> {
  const { dynamo, table } = context;
  const visible = createVisibleItem(context, deadlineOf(context));
  const values: Record<string, Item[string]> = { ':p': text(partition) };
  if (from !== undefined) values[':v'] = number(from);
  let start: Item | undefined;
  do {
    const input = {
      TableName: table,
      KeyConditionExpression: from === undefined ? 'pk = :p' : 'pk = :p AND v <= :v',
      ExpressionAttributeValues: values,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: pageSize,
      ExclusiveStartKey: start,
    };
    const { Items: items = [], LastEvaluatedKey } = await dynamo.call('Query', input, deadlineOf(context));
    for (const item of items) {
      const seen = await visible(item);
      if (seen !== undefined) yield seen;
    }
    start = LastEvaluatedKey;
  } while (start !== undefined);
}
