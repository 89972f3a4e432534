import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { clientPartition, keyName, revokedPartition } from '../../auth/access-partitions.ts';
import type { AwsSettings } from '../../config/aws-client.ts';
import { TIME_TO_LIVE } from '../../storage/aws/table/create-table.ts';

/** A stage without tenants has this one. */
const TENANT = '-';

/** s after which a record about tokens is of no use: none lives longer than a day. */
const TOKENS_LIVE = 2 * 86_400;

/** The records by which the functions know who may call (`src/lambda/table-access-records.ts`). */
export interface AccessTable {
  /** Lets a client system in. */
  admit(client: { readonly id: string; readonly name: string; readonly apiKey: string }): Promise<void>;
  /** Whether a client system is let in. */
  has(id: string): Promise<boolean>;
  /** Keeps a client system out, at once. */
  expel(id: string): Promise<void>;
  /** Makes a user's tokens void: all of them, or those made before a time (ms since the epoch). */
  revoke(user: { readonly issuer: string; readonly id: string }, before?: number): Promise<void>;
  close(): void;
}

export function openAccessTable(TableName: string, settings: AwsSettings): AccessTable {
  const client = new DynamoDBClient(settings);
  const key = (partition: string) => ({ pk: { S: partition }, v: { N: '0' } });
  return {
    async admit({ id, name, apiKey }) {
      const named = keyName(apiKey);
      // What leads to the other first: whoever removes the one finds both.
      const items = [
        { ...key(clientPartition(TENANT, id)), n: { S: name }, k: { S: named } },
        { ...key(clientPartition(TENANT, named)), n: { S: name }, i: { S: id } },
      ];
      for (const Item of items) await client.send(new PutItemCommand({ TableName, Item }));
    },
    async has(id) {
      const input = { TableName, Key: key(clientPartition(TENANT, id)), ConsistentRead: true };
      return (await client.send(new GetItemCommand(input))).Item !== undefined;
    },
    async expel(id) {
      const Key = key(clientPartition(TENANT, id));
      const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      if (Item?.k?.S !== undefined) {
        await client.send(new DeleteItemCommand({ TableName, Key: key(clientPartition(TENANT, Item.k.S)) }));
      }
      await client.send(new DeleteItemCommand({ TableName, Key }));
    },
    async revoke(user, before) {
      const Item = {
        ...key(revokedPartition(TENANT, user)),
        [TIME_TO_LIVE]: { N: String(Math.ceil(Date.now() / 1000) + TOKENS_LIVE) },
        ...(before !== undefined && { b: { N: String(before) } }),
      };
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    close: () => client.destroy(),
  };
}
