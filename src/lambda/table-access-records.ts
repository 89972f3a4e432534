import { createHash } from 'node:crypto';
import type { AccessRecords, UserKey } from '../auth/access-records.ts';
import { type Item, text, textOf } from '../storage/aws/table/wire/attribute-values.ts';
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

/**
 * The partition of a client system's record, whose attribute `n` is its name. Names of resource types begin with a capital: it is never a
 * resource's.
 */
export function clientPartition(tenant: string, clientId: string): string {
  return `${tenant}#client#${clientId}`;
}

/** The partition of the record that a user has been removed. */
export function revokedPartition(tenant: string, { issuer, id }: UserKey): string {
  // Both are of any length, a key is not.
  return `${tenant}#revoked#${createHash('sha256')
    .update(JSON.stringify([issuer, id]))
    .digest('base64url')}`;
}

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
        clientName: item && (textOf(item, 'n') ?? clientId),
        isRevoked: revoked !== undefined && found.has(revoked),
      };
    },
  };
}
