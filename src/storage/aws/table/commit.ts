import type { Change } from '../../store.ts';
import type { Lock, TableConflict } from '../parts.ts';
import { commitLarge } from './commit-large.ts';
import { commitOne } from './commit-one.ts';
import { commitTogether } from './commit-together.ts';
import { checkExpected } from './expected-versions.ts';
import { inParallel } from './in-parallel.ts';
import type { Locks } from './locks.ts';
import { itemBytes, prepareChange, putOverflow, removeOverflow } from './prepare-change.ts';
import type { SmallRecords } from './small-records.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { MOST_ITEMS } from './transact.ts';
import type { PreparedChange } from './version-item.ts';

/** Bytes of items that go into one transaction of DynamoDB, which takes 4 MB with all that it counts. */
const MOST_BYTES = 3_500_000;
const AT_ONCE = 8;

export type Commit = (changes: readonly Change[], locks: readonly Lock[]) => Promise<TableConflict | undefined>;

/** Makes what commits, in the cheapest of three ways: one item, one transaction of DynamoDB, or a large transaction of our own. */
export function createCommit(context: TableContext, locks: Locks, records: Pick<SmallRecords, 'noteTypes'>): Commit {
  async function commitSmall(prepared: readonly PreparedChange[], wanted: readonly Lock[]) {
    const deadline = deadlineOf(context);
    const changes = prepared.map(({ change }) => change);
    const conflict = await checkExpected(context, changes, deadline);
    if (conflict !== undefined) return conflict;
    await inParallel(prepared, AT_ONCE, (each) => putOverflow(context, each));
    const [only] = prepared;
    const alone = only !== undefined && prepared.length === 1 && wanted.length === 0;
    const late = alone
      ? await commitOne(context, only, deadline)
      : await commitTogether(context, locks, prepared, wanted, deadline);
    // After an error it is not certain that nothing was written: the bodies stay then.
    if (late !== undefined) await removeOverflow(context, prepared);
    return late;
  }

  return async (changes, wanted) => {
    if (changes.length === 0 && wanted.length === 0) return undefined;
    await records.noteTypes(changes.map(({ type }) => type));
    const prepared = await inParallel(changes, AT_ONCE, (change) => prepareChange(context, change));
    const bytes = prepared.reduce((sum, each) => sum + itemBytes(each), 0);
    if (prepared.length + wanted.length <= MOST_ITEMS && bytes <= MOST_BYTES) return commitSmall(prepared, wanted);
    return commitLarge(context, locks, prepared, wanted);
  };
}
