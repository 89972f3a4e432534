import type { TableConflict } from '../parts.ts';
import { conflictAfter } from './expected-versions.ts';
import { putOverflow } from './prepare-change.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { changePending, isOlder } from './transaction-records.ts';
import { isDecided } from './unfinished-items.ts';
import { type PreparedChange, transactionOf, versionItem } from './version-item.ts';
import { type Item, text } from './wire/attribute-values.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

/** To be tried again from the beginning, when the item's transaction, which is older, is over. */
export interface Again {
  readonly kind: 'again';
  readonly after: Item | undefined;
}

/** Writes an item of a large transaction. @returns what was in its way */
export type WritePart = (prepared: PreparedChange) => Promise<TableConflict | Again | undefined>;

/** Makes what writes the items of one transaction, and keeps up its lease meanwhile. */
export function createPartWriter(context: TableContext, transaction: string): WritePart {
  const { dynamo, table, leaseMs, now } = context;
  let renewAt = now() + leaseMs / 3;

  /** @returns false when the transaction was taken for dead */
  async function renewed(): Promise<boolean> {
    const time = now();
    if (time < renewAt) return true;
    renewAt = time + leaseMs / 3;
    return changePending(context, transaction, { lease: time + leaseMs }, deadlineOf(context));
  }

  return async (prepared) => {
    await putOverflow(context, prepared);
    const input = {
      TableName: table,
      Item: { ...versionItem(prepared), x: text(transaction) },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const deadline = deadlineOf(context);
    for (;;) {
      if (!(await renewed())) return { kind: 'again', after: undefined };
      try {
        await dynamo.call('PutItem', input, deadline);
        return undefined;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        const { item } = error;
        const other = item && transactionOf(item);
        // An earlier attempt, whose answer was lost.
        if (other === transaction) return undefined;
        // The younger gives way to the older, so that no two wait for each other.
        const giveWay = item !== undefined && other !== undefined && isOlder(other, transaction);
        if (giveWay && !(await isDecided(context, item, deadline))) return { kind: 'again', after: item };
        const conflict = await conflictAfter(context, prepared.change, item, deadline);
        if (conflict !== undefined) return conflict;
      }
    }
  };
}
