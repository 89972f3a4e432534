import { StoreUnavailableError } from '../../store.ts';
import type { Lock, TableConflict } from '../parts.ts';
import { earliestStamp, isWritten } from './commit-one.ts';
import { conflictAfter } from './expected-versions.ts';
import type { Locks } from './locks.ts';
import { timeOf, withIndex } from './stamps.ts';
import type { TableContext } from './table-context.ts';
import { type FailedPart, transact } from './transact.ts';
import { type PreparedChange, stampOf, versionItem, withHistory } from './version-item.ts';
import type { Deadline, Input } from './wire/dynamo.ts';

/** Appends versions and counts locks in one transaction of DynamoDB. */
export async function commitTogether(
  context: TableContext,
  locks: Locks,
  prepared: readonly PreparedChange[],
  wanted: readonly Lock[],
  deadline: Deadline,
): Promise<TableConflict | undefined> {
  const { known, keys, table } = context;
  const changes = prepared.map(({ change }) => change);
  const items = prepared.map(versionItem);
  const stamps: string[] = [];
  let lockParts = locks.parts(wanted, changes);

  function put({ change }: PreparedChange, index: number, stamp: string): Input {
    const item = withHistory(items[index] ?? {}, keys.history(change.type, change.id), withIndex(stamp, index));
    return {
      Put: {
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  }

  function parts(): readonly Input[] {
    lockParts = locks.parts(wanted, changes);
    const earliest = prepared.reduce((latest, each) => Math.max(latest, earliestStamp(context, each)), 0);
    const stamp = context.stamps.next(earliest);
    stamps.push(stamp);
    return [...prepared.map((each, i) => put(each, i, stamp)), ...lockParts.map(({ part }) => part)];
  }

  /** That all of it was carried out, with an answer that was lost. */
  function isOwn({ index, item }: FailedPart): boolean {
    return item !== undefined && stamps.some((stamp) => withIndex(stamp, index) === stampOf(item));
  }

  /** What held the transaction up; undefined: nothing any more. */
  async function resolve(failed: readonly FailedPart[]): Promise<TableConflict | undefined> {
    for (const { index, item } of failed) {
      const change = changes[index];
      const conflict = change && (await conflictAfter(context, change, item, deadline));
      if (conflict !== undefined) return conflict;
    }
    for (const { index } of failed) {
      const conflict = await lockConflict(locks, lockParts[index - changes.length]?.lock);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  for (;;) {
    try {
      const failed = await transact(context, parts, deadline);
      if (failed.length > 0 && !failed.some(isOwn)) {
        const conflict = await resolve(failed);
        if (conflict !== undefined) return conflict;
        continue;
      }
    } catch (error) {
      const [first] = prepared;
      const all = stamps.map((stamp) => withIndex(stamp, 0));
      if (!(error instanceof StoreUnavailableError) || first === undefined) throw error;
      if (!(await isWritten(context, first, all))) throw error;
    }
    const at = timeOf(stamps.at(-1) ?? '');
    for (const { partition, change } of prepared) known.note(partition, change.expected + 1, at);
    return undefined;
  }
}

/** The conflict of a lock whose condition did not hold. One that had none only has a list that is too long. */
export async function lockConflict(locks: Locks, lock: Lock | undefined): Promise<TableConflict | undefined> {
  if (lock === undefined) return undefined;
  if (lock.expected !== undefined) return { kind: 'lock', key: lock.key };
  await locks.trim(lock.key);
  return undefined;
}
