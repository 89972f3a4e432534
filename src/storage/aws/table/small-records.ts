import { deadlineOf, type TableContext } from './table-context.ts';
import { type Item, number, numberOf, text, textsOf } from './wire/attribute-values.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

/** The types that there are, and pointers. */
export interface SmallRecords {
  /** The types that have ever been written. */
  types(): Promise<readonly string[]>;
  /** Notes types before anything of them is written; costs nothing for those that are known here. */
  noteTypes(types: readonly string[]): Promise<void>;
  pointer(name: string): Promise<number | undefined>;
  movePointer(name: string, to: number): Promise<void>;
}

export function createSmallRecords(context: TableContext): SmallRecords {
  const { dynamo, table, keys } = context;
  const keyOf = (partition: string): Item => ({ pk: text(partition), v: number(0) });
  const known = new Set<string>();

  async function get(partition: string): Promise<Item> {
    const input = { TableName: table, Key: keyOf(partition), ConsistentRead: true };
    return (await dynamo.call('GetItem', input, deadlineOf(context))).Item ?? {};
  }

  async function types(): Promise<readonly string[]> {
    const all = textsOf(await get(keys.types), 'n');
    for (const type of all) known.add(type);
    return [...all].sort();
  }

  return {
    types,
    async noteTypes(wanted) {
      if (wanted.every((type) => known.has(type))) return;
      await types();
      const fresh = [...new Set(wanted)].filter((type) => !known.has(type));
      if (fresh.length === 0) return;
      const input = {
        TableName: table,
        Key: keyOf(keys.types),
        UpdateExpression: 'ADD n :n',
        ExpressionAttributeValues: { ':n': { SS: fresh } },
      };
      await dynamo.call('UpdateItem', input, deadlineOf(context));
      for (const type of fresh) known.add(type);
    },
    async pointer(name) {
      return numberOf(await get(keys.pointer(name)), 'n');
    },
    async movePointer(name, to) {
      const input = {
        TableName: table,
        Key: keyOf(keys.pointer(name)),
        UpdateExpression: 'SET n = :n',
        ConditionExpression: 'attribute_not_exists(n) OR n < :n',
        ExpressionAttributeValues: { ':n': number(to) },
      };
      try {
        await dynamo.call('UpdateItem', input, deadlineOf(context));
      } catch (error) {
        // It is further on already.
        if (!isConditionFailed(error)) throw error;
      }
    },
  };
}
