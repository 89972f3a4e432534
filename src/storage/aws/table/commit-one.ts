import { performance } from 'node:perf_hooks';
import { StoreUnavailableError } from '../../store.ts';
import type { TableConflict } from '../parts.ts';
import { conflictAfter } from './expected-versions.ts';
import { timeOf, withIndex } from './stamps.ts';
import type { TableContext } from './table-context.ts';
import { type PreparedChange, stampOf, versionItem, withHistory } from './version-item.ts';
import { readItem } from './visible-item.ts';
import type { Deadline } from './wire/dynamo.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

/** ms to see whether something was written, when that is not known. */
const LAST_LOOK = 1000;

/** Appends a version in one request, on the condition that it is not there. */
export async function commitOne(
  context: TableContext,
  prepared: PreparedChange,
  deadline: Deadline,
): Promise<TableConflict | undefined> {
  const { dynamo, table, keys, known } = context;
  const { change, partition } = prepared;
  const plain = versionItem(prepared);
  const history = keys.history(change.type, change.id);
  const version = change.expected + 1;
  const stamps: string[] = [];

  /** Each attempt has a stamp of its own, so that no write lands long after its stamp. */
  function input() {
    const stamp = withIndex(context.stamps.next(earliestStamp(context, prepared)), 0);
    stamps.push(stamp);
    return {
      TableName: table,
      Item: withHistory(plain, history, stamp),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  }

  for (;;) {
    try {
      await dynamo.call('PutItem', input, deadline);
    } catch (error) {
      if (isConditionFailed(error)) {
        // An earlier attempt, whose answer was lost, was carried out.
        const own = error.item !== undefined && stamps.includes(stampOf(error.item) ?? '');
        if (!own) {
          const conflict = await conflictAfter(context, change, error.item, deadline);
          if (conflict !== undefined) return conflict;
          continue;
        }
      } else if (!(error instanceof StoreUnavailableError && (await isWritten(context, prepared, stamps)))) throw error;
    }
    known.note(partition, version, timeOf(stamps.at(-1) ?? ''));
    return undefined;
  }
}

/** A version's stamp is never before its lastUpdated, nor before the stamp of the version before it. */
export function earliestStamp({ known }: TableContext, { change, partition }: PreparedChange): number {
  const before = known.get(partition);
  return Math.max(change.lastUpdated, before === undefined ? 0 : before.at + 1);
}

/** Whether a write of unknown outcome with one of these stamps was carried out. */
export async function isWritten(
  context: TableContext,
  { partition, change }: PreparedChange,
  stamps: readonly string[],
): Promise<boolean> {
  try {
    const item = await readItem(context, partition, change.expected + 1, performance.now() + LAST_LOOK);
    return item !== undefined && stamps.includes(stampOf(item) ?? '');
  } catch (error) {
    if (error instanceof StoreUnavailableError) return false;
    throw error;
  }
}
