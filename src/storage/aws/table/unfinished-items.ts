import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { removeOverflow } from './prepare-change.ts';
import { removePart } from './remove-part.ts';
import { abandon } from './repair-transaction.ts';
import type { TableContext } from './table-context.ts';
import { readRecord } from './transaction-records.ts';
import { partitionOf, transactionOf, versionOf } from './version-item.ts';
import { readItem } from './visible-item.ts';
import { type Item, textOf } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

/** Waits, for a writer who has met it, until an item is a part of no pending transaction any more. */
export async function untilDecided(context: TableContext, item: Item, deadline: Deadline): Promise<void> {
  while (!(await isDecided(context, item, deadline))) {
    if (performance.now() > deadline) throw new StoreUnavailableError('throttled', 2);
    await sleep(5 + Math.random() * 40);
  }
}

/**
 * Whether the transaction of an item is over. One whose writer has died is ended here, and what belongs to none is removed: the item's place
 * is free then.
 */
export async function isDecided(context: TableContext, item: Item, deadline: Deadline): Promise<boolean> {
  const transaction = transactionOf(item);
  if (transaction === undefined) return true;
  const record = await readRecord(context, transaction, deadline);
  if (record?.state === 'committed') return true;
  if (record?.state === 'pending') {
    if (record.leaseEnds > context.now()) return false;
    return (await abandon(context, record, deadline)) !== 'alive';
  }
  await removeDead(context, item, transaction, deadline);
  return true;
}

/** Removes the item of an aborted transaction, or of one without a record, if it still is that. */
async function removeDead(context: TableContext, item: Item, transaction: string, deadline: Deadline): Promise<void> {
  const again = await readItem(context, partitionOf(item), versionOf(item), deadline);
  if (again === undefined || transactionOf(again) !== transaction) return;
  if (await removePart(context, partitionOf(item), versionOf(item), transaction, deadline))
    await removeOverflow(context, [{ overflow: textOf(again, 'o') }]);
}
