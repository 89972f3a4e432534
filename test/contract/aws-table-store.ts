import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { IndexResource } from '../../src/fhir/index/index-entry.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import type { VersionTable } from '../../src/storage/aws/parts.ts';
import type { BodyOverflow } from '../../src/storage/aws/table/body-overflow.ts';
import { createTableIfMissing } from '../../src/storage/aws/table/create-table.ts';
import {
  type OpenVersionTable,
  openVersionTable,
  type VersionTableOptions,
} from '../../src/storage/aws/table/open-version-table.ts';
import { connectDynamo, type DynamoOptions } from '../../src/storage/aws/table/wire/connect-dynamo.ts';
import type { Dynamo } from '../../src/storage/aws/table/wire/dynamo.ts';
import type { Store, StoredResource } from '../../src/storage/store.ts';
import { referenceMatches, type SearchableResource } from './reference-search.ts';
import { textOfTestResource } from './test-resource.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Connects to DynamoDB Local. */
export function connectLocal(endpoint: string, options: Partial<DynamoOptions> = {}): Dynamo {
  return connectDynamo({ region: 'us-east-1', endpoint, credentials: CREDENTIALS, ...options });
}

/** Bodies in memory. */
export function memoryOverflow(): BodyOverflow & { readonly bodies: ReadonlyMap<string, Uint8Array> } {
  const bodies = new Map<string, Uint8Array>();
  return {
    bodies,
    async put(key, body) {
      bodies.set(key, body);
    },
    async get(key) {
      const body = bodies.get(key);
      if (body === undefined) throw new Error('There is no such body.');
      return body;
    },
    async remove(key) {
      bodies.delete(key);
    },
  };
}

/** A table of a test's own, which any number of processes, so to speak, can open. */
export interface TestTable {
  readonly name: string;
  readonly overflow: ReturnType<typeof memoryOverflow>;
  open(options?: Partial<VersionTableOptions>, connection?: Partial<DynamoOptions>): OpenVersionTable;
  /** Speaks to DynamoDB itself. */
  readonly dynamo: Dynamo;
  drop(): Promise<void>;
}

export async function createTestTable(endpoint: string): Promise<TestTable> {
  const name = `fwoa-test-${randomBytes(6).toString('hex')}`;
  const dynamo = connectLocal(endpoint);
  await createTableIfMissing(dynamo, name, { stream: false });
  const overflow = memoryOverflow();
  return {
    name,
    overflow,
    dynamo,
    open: (options = {}, connection = {}) =>
      openVersionTable({ dynamo: connectLocal(endpoint, connection), table: name, overflow, ...options }),
    async drop() {
      await dynamo.call('DeleteTable', { TableName: name }, performance.now() + 10_000);
      dynamo.close();
    },
  };
}

/** A table as a store, whose searches look at every resource that the table says it has. */
export function withPlainSearch(table: VersionTable, index: IndexResource): Store {
  async function current(type: string): Promise<StoredResource[]> {
    const ids = new Set<string>();
    for await (const { id } of table.writtenSince(type, 0)) ids.add(id);
    const versions = await table.readMany([...ids].map((id) => ({ type, id })));
    return versions.filter((version): version is StoredResource => version?.body !== undefined);
  }

  return {
    ...table,
    async commit(changes) {
      const conflict = await table.commit(changes);
      if (conflict?.kind === 'lock') throw new Error('There was no lock.');
      return conflict;
    },
    async search(query) {
      const versions = new Map<string, StoredResource>();
      const resources = new Map<string, SearchableResource>();
      for (const type of query.types) {
        for (const version of await current(type)) {
          const resource: Resource = JSON.parse(Buffer.from(version.body).toString());
          const { narrative, content } = textOfTestResource(resource);
          const { id, lastUpdated } = version;
          versions.set(`${type}/${id}`, version);
          resources.set(`${type}/${id}`, { type, id, lastUpdated, entries: index(resource), narrative, content });
        }
      }
      const found = referenceMatches(resources, query);
      return {
        matches: found.flatMap(({ type, id }) => versions.get(`${type}/${id}`) ?? []),
        included: [],
        total: found.length,
      };
    },
  };
}
