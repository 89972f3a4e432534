import { inParallel } from './in-parallel.ts';
import { removeOverflow } from './prepare-change.ts';
import { removePart } from './remove-part.ts';
import { timeOf, withIndex } from './stamps.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import {
  changePending,
  listRecords,
  type ManifestEntry,
  readManifest,
  readRecord,
  removeManifest,
  removeRecord,
  type TransactionRecord,
} from './transaction-records.ts';
import { readItem } from './visible-item.ts';
import { number, text, textOf } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

const AT_ONCE = 16;

/**
 * Makes the items of a committed transaction plain ones, which the history index and the stream's readers see, and forgets the transaction.
 * May be done twice, and by several at once.
 */
export async function finish(
  context: TableContext,
  { id, stamp }: { readonly id: string; readonly stamp: string },
  entries: readonly ManifestEntry[],
): Promise<void> {
  await inParallel(entries, AT_ONCE, async (entry) => {
    await context.beforeStep?.('finish');
    await makePlain(context, id, entry, withIndex(stamp, entry.index), deadlineOf(context));
  });
  await forget(context, id, entries);
}

/** Removes what an aborted transaction has written, and forgets it. */
export async function remove(context: TableContext, id: string, entries: readonly ManifestEntry[]): Promise<void> {
  await inParallel(entries, AT_ONCE, async (entry) => {
    await context.beforeStep?.('remove');
    const partition = context.keys.resource(entry.type, entry.id);
    await removePart(context, partition, entry.version, id, deadlineOf(context));
    if (entry.overflow === undefined) return;
    const there = await readItem(context, partition, entry.version, deadlineOf(context));
    if (there === undefined || textOf(there, 'o') !== entry.overflow) await removeOverflow(context, [entry]);
  });
  await forget(context, id, entries);
}

/**
 * Ends a pending transaction whose writer is dead, and removes what it has written.
 *
 * @returns `alive` when its writer has shown a sign of life since the record was read
 */
export async function abandon(
  context: TableContext,
  { id, leaseEnds }: TransactionRecord,
  deadline: Deadline,
): Promise<'alive' | 'over'> {
  await context.beforeStep?.('abort');
  if (!(await changePending(context, id, { state: 'aborted', leaseEnds }, deadline))) {
    const now = await readRecord(context, id, deadline);
    return now?.state === 'pending' ? 'alive' : 'over';
  }
  await remove(context, id, await readManifest(context, id, deadline));
  return 'over';
}

/** Finishes or removes what dead writers have left. @returns how many transactions */
export async function sweepTransactions(context: TableContext, before: number): Promise<number> {
  let swept = 0;
  for (const record of await listRecords(context, deadlineOf(context))) {
    const { id, state, stamp, leaseEnds } = record;
    if (state === 'committed' && stamp !== undefined) {
      if (timeOf(stamp) >= before) continue;
      await finish(context, { id, stamp }, await readManifest(context, id, deadlineOf(context)));
    } else {
      if (leaseEnds >= Math.min(before, context.now())) continue;
      if (state === 'aborted') await remove(context, id, await readManifest(context, id, deadlineOf(context)));
      else if ((await abandon(context, record, deadlineOf(context))) === 'alive') continue;
    }
    swept++;
  }
  return swept;
}

async function makePlain(
  { dynamo, table, keys }: TableContext,
  transaction: string,
  { type, id, version }: ManifestEntry,
  stamp: string,
  deadline: Deadline,
): Promise<void> {
  const input = {
    TableName: table,
    Key: { pk: text(keys.resource(type, id)), v: number(version) },
    UpdateExpression: 'SET h = :h, w = :w REMOVE x',
    ConditionExpression: 'x = :x',
    ExpressionAttributeValues: { ':h': text(keys.history(type, id)), ':w': text(stamp), ':x': text(transaction) },
  };
  try {
    await dynamo.call('UpdateItem', input, deadline);
  } catch (error) {
    // It was done before.
    if (!isConditionFailed(error)) throw error;
  }
}

/** The record goes last: as long as it is there, what is left can be found. */
async function forget(context: TableContext, id: string, entries: readonly ManifestEntry[]): Promise<void> {
  await context.beforeStep?.('remove manifest');
  await removeManifest(context, id, entries, deadlineOf(context));
  await context.beforeStep?.('remove record');
  await removeRecord(context, id, deadlineOf(context));
}
