import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, StoreUnavailableError } from '../../store.ts';
import type { Lock, TableConflict } from '../parts.ts';
import { earliestStamp } from './commit-one.ts';
import { lockConflict } from './commit-together.ts';
import { checkExpected } from './expected-versions.ts';
import { inParallel } from './in-parallel.ts';
import type { Locks } from './locks.ts';
import { finish, remove } from './repair-transaction.ts';
import { timeOf } from './stamps.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { transact } from './transact.ts';
import {
  changePending,
  type ManifestEntry,
  newTransactionId,
  putManifest,
  putRecord,
  readRecord,
  recordKey,
  stateValue,
} from './transaction-records.ts';
import { untilDecided } from './unfinished-items.ts';
import type { PreparedChange } from './version-item.ts';
import { text } from './wire/attribute-values.ts';
import { type Again, createPartWriter } from './write-part.ts';

const AT_ONCE = 24;

/** What an attempt has met. */
type Obstacle = TableConflict | Again;

/**
 * Appends any number of versions, all or none: the items are written invisible, and become visible at once by one conditional write to the
 * transaction's record. A writer that dies before has written nothing, one that dies after it everything: whoever meets what is left
 * decides by the record, and `sweep` tidies it up.
 *
 * 1. the record, pending, with a lease
 * 2. the manifest: what to tidy up
 * 3. the items, each if it is not there, with the transaction's id
 * 4. the record: committed, together with the locks
 * 5. the items' ids away, the manifest, the record
 */
export async function commitLarge(
  context: TableContext,
  locks: Locks,
  prepared: readonly PreparedChange[],
  wanted: readonly Lock[],
): Promise<TableConflict | undefined> {
  const deadline = deadlineOf(context);
  for (let tries = 0; ; tries++) {
    const conflict = await checkExpected(
      context,
      prepared.map(({ change }) => change),
      deadlineOf(context),
    );
    if (conflict !== undefined) return conflict;
    const outcome = await attempt(context, locks, prepared, wanted);
    if (outcome?.kind !== 'again') return outcome;
    if (outcome.after !== undefined) await untilDecided(context, outcome.after, deadline);
    const delay = Math.random() * Math.min(1000, 50 * 2 ** tries);
    if (performance.now() + delay > deadline) throw new StoreUnavailableError('throttled', 5);
    await sleep(delay);
  }
}

async function attempt(
  context: TableContext,
  locks: Locks,
  prepared: readonly PreparedChange[],
  wanted: readonly Lock[],
): Promise<Obstacle | undefined> {
  const id = newTransactionId(context.now());
  const entries = prepared.map(({ change, overflow }, index): ManifestEntry => {
    return { type: change.type, id: change.id, version: change.expected + 1, overflow, index };
  });
  await context.beforeStep?.('record');
  await putRecord(context, id, deadlineOf(context));
  let decided = false;
  try {
    await context.beforeStep?.('manifest');
    await putManifest(context, id, entries, deadlineOf(context));
    const obstacle = await writeParts(context, id, prepared);
    if (obstacle !== undefined) return await giveUp(context, id, entries, obstacle);
    decided = true;
    return await decide(context, locks, id, prepared, entries, wanted);
  } catch (error) {
    // The cause is what the caller must see; what can not be removed now is swept later.
    if (!decided) await giveUp(context, id, entries, undefined).catch(context.report);
    throw error;
  }
}

/** Writes all items. @returns what one of them met */
async function writeParts(
  context: TableContext,
  id: string,
  prepared: readonly PreparedChange[],
): Promise<Obstacle | undefined> {
  const writePart = createPartWriter(context, id);
  let obstacle: Obstacle | undefined;
  await inParallel(prepared, AT_ONCE, async (each) => {
    if (obstacle !== undefined) return;
    await context.beforeStep?.('item');
    obstacle = (await writePart(each)) ?? obstacle;
  });
  return obstacle;
}

async function decide(
  context: TableContext,
  locks: Locks,
  id: string,
  prepared: readonly PreparedChange[],
  entries: readonly ManifestEntry[],
  wanted: readonly Lock[],
): Promise<Obstacle | undefined> {
  await context.beforeStep?.('commit');
  const earliest = prepared.reduce((latest, each) => Math.max(latest, earliestStamp(context, each)), 0);
  const stamp = context.stamps.next(earliest);
  try {
    const obstacle = await commitRecord(
      context,
      locks,
      id,
      stamp,
      prepared.map(({ change }) => change),
      wanted,
    );
    if (obstacle !== undefined) return await giveUp(context, id, entries, obstacle);
  } catch (error) {
    if (!(await isCommitted(context, id, entries))) throw error;
  }
  for (const { partition, change } of prepared) context.known.note(partition, change.expected + 1, timeOf(stamp));
  // It is committed, whatever comes now.
  await finish(context, { id, stamp }, entries).catch(context.report);
  return undefined;
}

/** The moment at which everything is there. */
async function commitRecord(
  context: TableContext,
  locks: Locks,
  id: string,
  stamp: string,
  changes: readonly Change[],
  wanted: readonly Lock[],
): Promise<Obstacle | undefined> {
  const record = {
    Update: {
      TableName: context.table,
      Key: recordKey(context, id),
      UpdateExpression: 'SET st = :c, w = :w',
      ConditionExpression: 'st = :p',
      ExpressionAttributeValues: { ':p': stateValue('pending'), ':c': stateValue('committed'), ':w': text(stamp) },
    },
  };
  for (;;) {
    const parts = locks.parts(wanted, changes);
    const failed = await transact(context, () => [record, ...parts.map(({ part }) => part)], deadlineOf(context));
    if (failed.length === 0) return undefined;
    // Another has taken this writer for dead; unless it was an attempt of ours, whose answer was lost.
    if (failed.some(({ index }) => index === 0)) {
      const state = (await readRecord(context, id, deadlineOf(context)))?.state;
      return state === 'committed' ? undefined : { kind: 'again', after: undefined };
    }
    for (const { index } of failed) {
      const conflict = await lockConflict(locks, parts[index - 1]?.lock);
      if (conflict !== undefined) return conflict;
    }
  }
}

/** Finds out what has become of a commit without an answer: it is aborted if it still can be. */
async function isCommitted(context: TableContext, id: string, entries: readonly ManifestEntry[]): Promise<boolean> {
  try {
    if (await changePending(context, id, { state: 'aborted' }, deadlineOf(context))) {
      await remove(context, id, entries).catch(context.report);
      return false;
    }
    return (await readRecord(context, id, deadlineOf(context)))?.state === 'committed';
  } catch (error) {
    context.report(error);
    return false;
  }
}

/** Takes back what was written. @returns why */
async function giveUp<T>(context: TableContext, id: string, entries: readonly ManifestEntry[], why: T): Promise<T> {
  await context.beforeStep?.('abort');
  await changePending(context, id, { state: 'aborted' }, deadlineOf(context));
  await remove(context, id, entries);
  return why;
}
