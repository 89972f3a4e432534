import type { Change } from '../../store.ts';
import type { TableConflict } from '../parts.ts';
import { inParallel } from './in-parallel.ts';
import { readCurrent } from './read-current.ts';
import type { TableContext } from './table-context.ts';
import { untilDecided } from './unfinished-items.ts';
import { versionOf } from './version-item.ts';
import type { Item } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

const AT_ONCE = 16;

/**
 * Sees that the expected versions are there, which the condition of the write does not: that says only that the next one is not. What this
 * process has read or written of late need not be read again.
 */
export async function checkExpected(
  context: TableContext,
  changes: readonly Change[],
  deadline: Deadline,
): Promise<TableConflict | undefined> {
  const unknown = changes.filter(({ type, id, expected }) => {
    const version = context.known.get(context.keys.resource(type, id))?.version ?? 0;
    return version !== expected;
  });
  const conflicts = await inParallel(unknown, AT_ONCE, (change) => conflictOf(context, change, deadline));
  return conflicts.find((conflict) => conflict !== undefined);
}

/** The conflict of a change whose condition did not hold; undefined when it may be tried again. */
export async function conflictAfter(
  context: TableContext,
  change: Change,
  there: Item | undefined,
  deadline: Deadline,
): Promise<TableConflict | undefined> {
  if (there !== undefined) await untilDecided(context, there, deadline);
  return conflictOf(context, change, deadline);
}

async function conflictOf(
  context: TableContext,
  { type, id, expected }: Change,
  deadline: Deadline,
): Promise<TableConflict | undefined> {
  const current = await readCurrent(context, context.keys.resource(type, id), deadline);
  const actual = current === undefined ? 0 : versionOf(current);
  return actual === expected ? undefined : { kind: 'version', type, id, actual };
}
