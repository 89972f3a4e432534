import { Client } from '@opensearch-project/opensearch';
import { type AwsStore, openAwsStore } from '../../src/storage/aws/open-aws-store.ts';
import type { BodyOverflow } from '../../src/storage/aws/table/body-overflow.ts';
import { createTableIfMissing } from '../../src/storage/aws/table/create-table.ts';
import { connectDynamo } from '../../src/storage/aws/table/wire/connect-dynamo.ts';
import type { StorageParts } from '../../src/storage/storage-parts.ts';
import { engineUrl } from './engines.ts';

/** The storage on AWS, on the engines, in a table and indexes of its own. */
export interface TestAwsStore {
  readonly store: AwsStore;
  /** Resolves when searches see everything. */
  readonly settled: () => Promise<void>;
  /** Closes it and opens it again, as another process would. */
  readonly openAgain: () => Promise<AwsStore>;
}

/** Any that are well-formed: the engines do not check them. */
export const TEST_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/**
 * Opens the storage on the engines of this run; what it leaves in them goes when it is closed.
 *
 * @param name of the table and the indexes, in lower case; another one for each test
 * @param search where OpenSearch is reached; default: where it is
 */
export async function openTestAwsStore(
  name: string,
  parts: StorageParts,
  now?: (() => number) | undefined,
  search?: string | undefined,
): Promise<TestAwsStore> {
  const [endpoint, node] = [engineUrl('dynamodb') ?? '', search ?? engineUrl('opensearch') ?? ''];
  const bodies = new Map<string, Uint8Array>();
  const overflow: BodyOverflow = {
    put: async (key, body) => void bodies.set(key, body),
    get: async (key) => bodies.get(key) ?? new Uint8Array(),
    remove: async (key) => void bodies.delete(key),
  };
  const connect = () => connectDynamo({ region: 'eu-central-1', endpoint, credentials: TEST_CREDENTIALS });
  const open = () => {
    const client = new Client({ node });
    return openAwsStore({ dynamo: connect(), table: name, overflow, client, prefix: name, now, ...parts });
  };
  const first = connect();
  // DynamoDB Local writes far slower with a stream, and nobody here reads one.
  await createTableIfMissing(first, name, { stream: false });
  first.close();
  let current = open();
  async function clean(): Promise<void> {
    await current.index.send({ method: 'DELETE', path: `/${name}-*` });
    const dynamo = connect();
    await dynamo.call('DeleteTable', { TableName: name }, performance.now() + 10_000);
    dynamo.close();
  }
  const behind = new Set<string>();
  const store: AwsStore = {
    ...current,
    async commit(changes, guards) {
      const conflict = await current.commit(changes, guards);
      if (conflict === undefined) for (const { type } of changes) behind.add(type);
      return conflict;
    },
    async close() {
      await clean();
      await current.close();
    },
  };
  return {
    store,
    async settled() {
      const types = [...behind];
      behind.clear();
      await current.bringUp(types);
    },
    async openAgain() {
      await current.close();
      current = open();
      return current;
    },
  };
}
