import { randomUUID } from 'node:crypto';
import type { Change } from '../../store.ts';
import { encodeBody } from './body-coding.ts';
import type { TableContext } from './table-context.ts';
import type { PreparedChange } from './version-item.ts';

/** Bytes of a body that go into an item: DynamoDB takes 400 KB, with names and keys. */
const MOST_INSIDE = 350_000;

/** Bytes of an item beside its body: the longest keys, names, stamps. */
const BESIDE = 512;

/** Encodes the body of a change. Nothing is written. */
export async function prepareChange(context: TableContext, change: Change): Promise<PreparedChange> {
  const body = change.content === undefined ? undefined : await encodeBody(change.content.body);
  const overflow = body !== undefined && body.bytes.length > MOST_INSIDE ? newOverflowKey(change) : undefined;
  return { change, partition: context.keys.resource(change.type, change.id), body, overflow };
}

/** Puts the body where it belongs, if that is outside of the item: to be done before the item is written. */
export async function putOverflow(
  { overflow: store }: TableContext,
  { body, overflow }: PreparedChange,
): Promise<void> {
  if (overflow === undefined || body === undefined) return;
  if (store === undefined)
    throw new Error('A body is too large for the table, and there is no overflow to put it into.');
  await store.put(overflow, body.bytes);
}

/** Takes away the bodies of items that were not written. */
export async function removeOverflow(
  context: TableContext,
  prepared: readonly Pick<PreparedChange, 'overflow'>[],
): Promise<void> {
  for (const { overflow } of prepared) {
    if (overflow === undefined) continue;
    // It is only waste when it stays.
    await context.overflow?.remove(overflow).catch(context.report);
  }
}

/** How many bytes the change's item has at most. */
export function itemBytes({ body, overflow }: PreparedChange): number {
  return BESIDE + (overflow === undefined ? (body?.bytes.length ?? 0) : 0);
}

/** Used for one body alone, also when the same version is written again after a failure. */
function newOverflowKey({ type, id, expected }: Change): string {
  return `${type}/${id}/${expected + 1}-${randomUUID()}`;
}
