import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Keys } from './keys.ts';
import { type Item, number, numberOf, text, textOf } from './wire/attribute-values.ts';
import type { Dynamo } from './wire/dynamo.ts';

/** A version that the index does not take, and why. */
export interface AsideRecord {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** The kind of error; nothing of the resource. */
  readonly reason: string;
}

/** What was set aside: one record a resource, the last one. */
export interface AsideRecords {
  add(record: AsideRecord): Promise<void>;
  list(): Promise<readonly (AsideRecord & { readonly at: number })[]>;
  remove(record: Pick<AsideRecord, 'type' | 'id'>): Promise<void>;
}

export interface AsideOptions {
  readonly dynamo: Dynamo;
  readonly table: string;
  readonly keys: Pick<Keys, 'aside'>;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly budgetMs: number;
}

/** Keeps what was set aside in the table itself: it outlives any queue, and is there for whoever looks. */
export function createAsideRecords({ dynamo, table, keys, now, budgetMs }: AsideOptions): AsideRecords {
  const deadline = () => performance.now() + budgetMs;
  const keyOf = ({ type, id }: Pick<AsideRecord, 'type' | 'id'>): Item => ({
    pk: text(keys.aside),
    v: number(createHash('sha256').update(`${type}/${id}`).digest().readUIntBE(0, 6)),
  });
  return {
    async add(record) {
      const { type, id, version, reason } = record;
      const item = {
        ...keyOf(record),
        y: text(`${type}/${id}`),
        n: number(version),
        e: text(reason),
        a: number(now()),
      };
      await dynamo.call('PutItem', { TableName: table, Item: item }, deadline());
    },
    async list() {
      const found: (AsideRecord & { at: number })[] = [];
      let from: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamo.call(
          'Query',
          {
            TableName: table,
            KeyConditionExpression: 'pk = :p',
            ExpressionAttributeValues: { ':p': text(keys.aside) },
            ConsistentRead: true,
            ...(from && { ExclusiveStartKey: from }),
          },
          deadline(),
        );
        found.push(...Items.map(recordOf));
        from = LastEvaluatedKey;
      } while (from !== undefined);
      return found;
    },
    async remove(record) {
      await dynamo.call('DeleteItem', { TableName: table, Key: keyOf(record) }, deadline());
    },
  };
}

function recordOf(item: Item): AsideRecord & { readonly at: number } {
  const [type = '', id = ''] = (textOf(item, 'y') ?? '').split('/');
  const [version, at] = [numberOf(item, 'n') ?? 0, numberOf(item, 'a') ?? 0];
  return { type, id, version, reason: textOf(item, 'e') ?? '', at };
}
