import { clientPartition, revokedPartition } from '../auth/access-partitions.ts';
import type { AccessRecords } from '../auth/access-records.ts';
import { type Item, numberOf, text, textOf } from '../storage/aws/table/wire/attribute-values.ts';
import type { Dynamo } from '../storage/aws/table/wire/dynamo.ts';
import { StoreUnavailableError } from '../storage/store.ts';

export interface TableAccessOptions {
  readonly dynamo: Dynamo;
  readonly table: string;
  readonly tenant: string;
}

/** ms for which the table is asked; so long a request waits to be let in. */
const BUDGET = 3000;
/** ms between questions for what the table was too busy to answer. */
const AGAIN = 50;

/** The table that has the resources has these records too. One strongly consistent request reads both. */
export function tableAccessRecords({ dynamo, table, tenant }: TableAccessOptions): AccessRecords {
  async function get(partitions: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const found = new Map<string, Item>();
    const deadline = performance.now() + BUDGET;
    let keys: readonly Item[] = partitions.map((partition) => ({ pk: text(partition), v: { N: '0' } }));
    while (keys.length > 0) {
      const request = { RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = await dynamo.call('BatchGetItem', request, deadline);
      for (const item of Responses?.[table] ?? []) found.set(textOf(item, 'pk') ?? '', item);
      keys = UnprocessedKeys?.[table]?.Keys ?? [];
      if (keys.length === 0) break;
      if (performance.now() + AGAIN > deadline) throw new StoreUnavailableError('throttled', 1);
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
    return found;
  }

  return {
    async read(clientId, user) {
      const client = clientPartition(tenant, clientId);
      const revoked = user && revokedPartition(tenant, user);
      const found = await get(revoked === undefined ? [client] : [client, revoked]);
      const item = found.get(client);
      return {
        client: item && { id: textOf(item, 'i') ?? clientId, name: textOf(item, 'n') ?? clientId },
        revokedBefore: revoked === undefined ? undefined : revokedBefore(found.get(revoked)),
      };
    },
  };
}

/** A record without a time is of a user who was removed. */
function revokedBefore(record: Item | undefined): number | undefined {
  return record && (numberOf(record, 'b') ?? Number.POSITIVE_INFINITY);
}
