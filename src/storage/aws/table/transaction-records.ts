import { randomInt } from 'node:crypto';
import { inChunks, inParallel } from './in-parallel.ts';
import type { TableContext } from './table-context.ts';
import { type Item, number, numberOf, text, textOf } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

/** `pending`: invisible; `committed`: visible, though its items still say otherwise; `aborted`: never to be seen. */
export type TransactionState = 'pending' | 'committed' | 'aborted';

/** The record that decides about a large transaction. */
export interface TransactionRecord {
  readonly id: string;
  readonly state: TransactionState;
  /** ms since the epoch; when it has passed, the writer is dead. */
  readonly leaseEnds: number;
  /** When it was committed; the stamps of its items are this with their index. */
  readonly stamp: string | undefined;
}

/** One of a large transaction's items. */
export interface ManifestEntry {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Where its body is in the overflow, if it is there. */
  readonly overflow: string | undefined;
  /** Its place in the transaction. */
  readonly index: number;
}

const LETTERS: Readonly<Record<TransactionState, string>> = { pending: 'p', committed: 'c', aborted: 'a' };
const STATES: Readonly<Record<string, TransactionState>> = { p: 'pending', c: 'committed', a: 'aborted' };

/** Entries in an item: 1000 of the longest are 200 KB. */
const CHUNK = 1000;
const AT_ONCE = 8;

/** Names of attributes: st state, le end of the lease, w stamp of the commit. */
export const STATE = 'st';
export const LEASE = 'le';

/** An id that sorts by time, as it is the sort key, a number: the older of two transactions has the lower. */
export function newTransactionId(now: number): string {
  return `${now}${String(randomInt(1e8)).padStart(8, '0')}`;
}

/** Whether a transaction began before another. */
export function isOlder(id: string, other: string): boolean {
  return id.length === other.length ? id < other : id.length < other.length;
}

export function recordKey({ keys }: TableContext, id: string): Item {
  return { pk: text(keys.transactions), v: { N: id } };
}

export function stateValue(state: TransactionState): Item[string] {
  return text(LETTERS[state]);
}

/** The record of a transaction; undefined when it is finished, or was removed. Strongly consistent. */
export async function readRecord(
  context: TableContext,
  id: string,
  deadline: Deadline,
): Promise<TransactionRecord | undefined> {
  const input = { TableName: context.table, Key: recordKey(context, id), ConsistentRead: true };
  const { Item: item } = await context.dynamo.call('GetItem', input, deadline);
  return item && decodeRecord(item);
}

/** Begins a transaction. */
export async function putRecord(context: TableContext, id: string, deadline: Deadline): Promise<void> {
  const lease = { [STATE]: stateValue('pending'), [LEASE]: number(context.now() + context.leaseMs) };
  const input = {
    TableName: context.table,
    Item: { ...recordKey(context, id), ...lease },
    // An attempt that was taken for lost must not undo what has become of the record.
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  try {
    await context.dynamo.call('PutItem', input, deadline);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

/** Prolongs the writer's lease, or with `state` ends the transaction. @returns false when it is not pending any more */
export async function changePending(
  context: TableContext,
  id: string,
  change: { readonly state: 'aborted'; readonly leaseEnds?: number } | { readonly lease: number },
  deadline: Deadline,
): Promise<boolean> {
  const values: Record<string, Item[string]> = { ':p': stateValue('pending') };
  let update = 'SET st = :s';
  let condition = 'st = :p';
  if ('lease' in change) {
    update = 'SET le = :l';
    values[':l'] = number(change.lease);
  } else {
    values[':s'] = stateValue(change.state);
    if (change.leaseEnds !== undefined) {
      // Not if the writer has shown a sign of life since.
      condition = 'st = :p AND le = :l';
      values[':l'] = number(change.leaseEnds);
    }
  }
  const input = {
    TableName: context.table,
    Key: recordKey(context, id),
    UpdateExpression: update,
    ConditionExpression: condition,
    ExpressionAttributeValues: values,
  };
  try {
    await context.dynamo.call('UpdateItem', input, deadline);
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

export async function removeRecord(context: TableContext, id: string, deadline: Deadline): Promise<void> {
  await context.dynamo.call('DeleteItem', { TableName: context.table, Key: recordKey(context, id) }, deadline);
}

/** The records of all transactions that are not over. Strongly consistent; usually there are none. */
export async function listRecords(context: TableContext, deadline: Deadline): Promise<readonly TransactionRecord[]> {
  const items = await queryAll(context, context.keys.transactions, deadline);
  return items.map(decodeRecord);
}

export async function putManifest(
  context: TableContext,
  id: string,
  entries: readonly ManifestEntry[],
  deadline: Deadline,
): Promise<void> {
  await inParallel(inChunks(entries, CHUNK), AT_ONCE, async (chunk, i) => {
    const rows = chunk.map(({ type, id, version, overflow }) => [type, id, version, overflow]);
    const content = { ...manifestKey(context, id, i), k: text(JSON.stringify(rows)) };
    await context.dynamo.call('PutItem', { TableName: context.table, Item: content }, deadline);
  });
}

/** What a transaction consists of, in its order. */
export async function readManifest(
  context: TableContext,
  id: string,
  deadline: Deadline,
): Promise<readonly ManifestEntry[]> {
  const items = await queryAll(context, context.keys.manifest(id), deadline);
  return items.flatMap((item) => {
    // Chunks may be missing, when the transaction is over and they are being removed.
    const first = (numberOf(item, 'v') ?? 0) * CHUNK;
    const rows: readonly (readonly [string, string, number, string | null])[] = JSON.parse(textOf(item, 'k') ?? '[]');
    return rows.map(([type, id, version, overflow], i) => {
      return { type, id, version, overflow: overflow ?? undefined, index: first + i };
    });
  });
}

export async function removeManifest(
  context: TableContext,
  id: string,
  entries: readonly ManifestEntry[],
  deadline: Deadline,
): Promise<void> {
  const chunks = [...new Set(entries.map(({ index }) => Math.floor(index / CHUNK)))];
  await inParallel(chunks, AT_ONCE, async (chunk) => {
    const input = { TableName: context.table, Key: manifestKey(context, id, chunk) };
    await context.dynamo.call('DeleteItem', input, deadline);
  });
}

function manifestKey({ keys }: TableContext, id: string, chunk: number): Item {
  return { pk: text(keys.manifest(id)), v: number(chunk) };
}

function decodeRecord(item: Item): TransactionRecord {
  const id = item.v !== undefined && 'N' in item.v ? item.v.N : '';
  const state = STATES[textOf(item, STATE) ?? ''] ?? 'aborted';
  return { id, state, leaseEnds: numberOf(item, LEASE) ?? 0, stamp: textOf(item, 'w') };
}

async function queryAll({ dynamo, table }: TableContext, partition: string, deadline: Deadline): Promise<Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const input = {
      TableName: table,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': text(partition) },
      ConsistentRead: true,
      ExclusiveStartKey: from,
    };
    const answer = await dynamo.call('Query', input, deadline);
    items.push(...(answer.Items ?? []));
    from = answer.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
