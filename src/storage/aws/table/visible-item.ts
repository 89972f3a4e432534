import type { TableContext } from './table-context.ts';
import { readRecord, type TransactionRecord } from './transaction-records.ts';
import { partitionOf, transactionOf, versionOf } from './version-item.ts';
import { type Item, number, text } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

/** The item as readers see it; undefined when it is a part of a transaction that is not committed. */
export type VisibleItem = (item: Item) => Promise<Item | undefined>;

/** The records that were looked at, by the transactions' ids. */
export type MetTransactions = Map<string, Promise<TransactionRecord | undefined>>;

/**
 * Decides about items of large transactions, by their records. Each record is read once: all that one call reads sees a transaction whole or
 * not at all.
 */
export function createVisibleItem(
  context: TableContext,
  deadline: Deadline,
  records: MetTransactions = new Map(),
): VisibleItem {
  function recordOf(transaction: string): Promise<TransactionRecord | undefined> {
    const known = records.get(transaction);
    if (known !== undefined) return known;
    const record = readRecord(context, transaction, deadline);
    records.set(transaction, record);
    return record;
  }

  return async function visible(item): Promise<Item | undefined> {
    const transaction = transactionOf(item);
    if (transaction === undefined) return item;
    const record = await recordOf(transaction);
    if (record !== undefined) return record.state === 'committed' ? item : undefined;
    // The record is gone: the transaction was finished since the item was read, or it is dead.
    const again = await readItem(context, partitionOf(item), versionOf(item), deadline);
    if (again === undefined || transactionOf(again) === transaction) return undefined;
    return visible(again);
  };
}

/** An item as it is, of an unfinished transaction too. Strongly consistent. */
export async function readItem(
  { dynamo, table }: TableContext,
  partition: string,
  version: number,
  deadline: Deadline,
): Promise<Item | undefined> {
  const key = { pk: text(partition), v: number(version) };
  return (await dynamo.call('GetItem', { TableName: table, Key: key, ConsistentRead: true }, deadline)).Item;
}
