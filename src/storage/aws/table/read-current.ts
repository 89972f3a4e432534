import { timeOf } from './stamps.ts';
import type { TableContext } from './table-context.ts';
import { partitionOf, stampOf, versionOf } from './version-item.ts';
import { createVisibleItem, type VisibleItem } from './visible-item.ts';
import { type Item, number, text } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

/**
 * The item of the current version: one request, unless a large transaction is at work on the resource.
 *
 * @param below A version that is known not to be visible.
 */
export async function readCurrent(
  context: TableContext,
  partition: string,
  deadline: Deadline,
  visible: VisibleItem = createVisibleItem(context, deadline),
  below?: number,
): Promise<Item | undefined> {
  for (;;) {
    const item = await highest(context, partition, below, deadline);
    if (item === undefined) return undefined;
    const seen = await visible(item);
    if (seen !== undefined) {
      noteKnown(context, seen);
      return seen;
    }
    below = versionOf(item);
  }
}

/** Remembers that the version is there. */
export function noteKnown({ known, now }: TableContext, item: Item): void {
  const stamp = stampOf(item);
  known.note(partitionOf(item), versionOf(item), stamp === undefined ? now() : timeOf(stamp));
}

async function highest(
  { dynamo, table }: TableContext,
  partition: string,
  below: number | undefined,
  deadline: Deadline,
): Promise<Item | undefined> {
  const values: Record<string, Item[string]> = { ':p': text(partition) };
  if (below !== undefined) values[':v'] = number(below);
  const input = {
    TableName: table,
    KeyConditionExpression: below === undefined ? 'pk = :p' : 'pk = :p AND v < :v',
    ExpressionAttributeValues: values,
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 1,
  };
  return (await dynamo.call('Query', input, deadline)).Items?.[0];
}
