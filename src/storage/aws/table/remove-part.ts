import type { TableContext } from './table-context.ts';
import { number, text } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

/** Removes an item if it is a part of the transaction. */
export async function removePart(
  { dynamo, table }: TableContext,
  partition: string,
  version: number,
  transaction: string,
  deadline: Deadline,
): Promise<boolean> {
  const input = {
    TableName: table,
    Key: { pk: text(partition), v: number(version) },
    ConditionExpression: 'x = :x',
    ExpressionAttributeValues: { ':x': text(transaction) },
  };
  try {
    await dynamo.call('DeleteItem', input, deadline);
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
