import { inParallel } from './in-parallel.ts';
import { HISTORY_INDEX } from './keys.ts';
import { AFTER_ALL, withIndex } from './stamps.ts';
import type { TableContext } from './table-context.ts';
import { listRecords, readManifest } from './transaction-records.ts';
import { partitionOf, stampOf, versionOf } from './version-item.ts';
import { type Item, text } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

/** A version, by its place among all. */
export interface HistoryEntry {
  readonly stamp: string;
  readonly partition: string;
  readonly version: number;
}

export interface HistoryRange {
  readonly types: readonly string[];
  /** A stamp, or what stands for a time. */
  readonly from: string;
  /** Excluded; default: the end. */
  readonly below?: string | undefined;
  readonly order: 'newest first' | 'oldest first';
  /** How many are asked for at once of each partition. */
  readonly pageSize: number;
}

const AT_ONCE = 16;

/** A partition of the index, read as far as it was needed. */
interface Source {
  entries: readonly HistoryEntry[];
  next: number;
  /** Undefined when there is no more. */
  more: ((deadline: Deadline) => Promise<Page>) | undefined;
}

interface Page {
  readonly entries: readonly HistoryEntry[];
  readonly from: Item | undefined;
}

/**
 * The versions of some types in the order of their stamps, merged from the partitions of the history index, and from committed
 * transactions whose items are not in the index yet.
 *
 * @param deadline gives that of each request
 */
export async function* historyEntries(
  context: TableContext,
  range: HistoryRange,
  deadline: () => Deadline,
): AsyncGenerator<HistoryEntry> {
  // These first: what is finished meanwhile is in the index then.
  const unfinished = await unfinishedEntries(context, range, deadline());
  const partitions = range.types.flatMap(context.keys.histories);
  const sources = await inParallel(partitions, AT_ONCE, (partition) =>
    openSource(context, partition, range, deadline()),
  );
  if (unfinished.length > 0) sources.push({ entries: unfinished, next: 0, more: undefined });
  const comes = range.order === 'newest first' ? (a: string, b: string) => a > b : (a: string, b: string) => a < b;
  let last: string | undefined;
  for (;;) {
    let first: { readonly source: Source; readonly entry: HistoryEntry } | undefined;
    for (const source of sources) {
      const entry = await peek(source, deadline);
      if (entry !== undefined && (first === undefined || comes(entry.stamp, first.entry.stamp)))
        first = { source, entry };
    }
    if (first === undefined) return;
    first.source.next++;
    if (first.entry.stamp !== last) yield first.entry;
    last = first.entry.stamp;
  }
}

async function peek(source: Source, deadline: () => Deadline): Promise<HistoryEntry | undefined> {
  while (source.next >= source.entries.length && source.more !== undefined) {
    const { more } = source;
    Object.assign(source, sourceOf(await more(deadline()), more));
  }
  return source.entries[source.next];
}

function sourceOf({ entries, from }: Page, more: Source['more']): Source {
  return { entries, next: 0, more: from === undefined ? undefined : more };
}

async function openSource(
  context: TableContext,
  partition: string,
  range: HistoryRange,
  deadline: Deadline,
): Promise<Source> {
  let from: Item | undefined;
  const more = async (until: Deadline): Promise<Page> => {
    const page = await query(context, partition, range, from, until);
    from = page.from;
    return page;
  };
  return sourceOf(await more(deadline), more);
}

async function query(
  { dynamo, table }: TableContext,
  partition: string,
  { from, below = AFTER_ALL, order, pageSize }: HistoryRange,
  start: Item | undefined,
  deadline: Deadline,
): Promise<Page> {
  const input = {
    TableName: table,
    IndexName: HISTORY_INDEX,
    KeyConditionExpression: 'h = :h AND w BETWEEN :from AND :below',
    ExpressionAttributeValues: { ':h': text(partition), ':from': text(from), ':below': text(below) },
    ScanIndexForward: order === 'oldest first',
    Limit: pageSize,
    ExclusiveStartKey: start,
  };
  const { Items: items = [], LastEvaluatedKey } = await dynamo.call('Query', input, deadline);
  const entries = items.map((item) => {
    return { stamp: stampOf(item) ?? '', partition: partitionOf(item), version: versionOf(item) };
  });
  return { entries: entries.filter(({ stamp }) => stamp < below), from: LastEvaluatedKey };
}

async function unfinishedEntries(
  context: TableContext,
  { types, from, below = AFTER_ALL, order }: HistoryRange,
  deadline: Deadline,
): Promise<readonly HistoryEntry[]> {
  const records = await listRecords(context, deadline);
  const entries: HistoryEntry[] = [];
  for (const { id, state, stamp } of records) {
    if (state !== 'committed' || stamp === undefined) continue;
    for (const entry of await readManifest(context, id, deadline)) {
      if (!types.includes(entry.type)) continue;
      const partition = context.keys.resource(entry.type, entry.id);
      entries.push({ stamp: withIndex(stamp, entry.index), partition, version: entry.version });
    }
  }
  const sign = order === 'oldest first' ? 1 : -1;
  return entries
    .filter(({ stamp }) => stamp >= from && stamp < below)
    .sort((a, b) => (a.stamp < b.stamp ? -sign : sign));
}
