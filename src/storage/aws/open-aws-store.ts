import type { Client } from '@opensearch-project/opensearch';
import type { StorageParts } from '../storage-parts.ts';
import { type ComposedStore, composeStore } from './compose-store.ts';
import type { IndexSettings } from './index/mapping.ts';
import { type OpenedIndex, openSearchIndex } from './open-search-index.ts';
import { type AsideRecords, createAsideRecords } from './table/aside-records.ts';
import type { BodyOverflow } from './table/body-overflow.ts';
import { keysOf } from './table/keys.ts';
import { type OpenVersionTable, openVersionTable } from './table/open-version-table.ts';
import type { Dynamo } from './table/wire/dynamo.ts';

export interface AwsStoreOptions extends StorageParts {
  readonly dynamo: Dynamo;
  /** The table's name. */
  readonly table: string;
  /** Whose resources; default '-'. */
  readonly tenant?: string | undefined;
  /** Where bodies go that an item has no room for. */
  readonly overflow?: BodyOverflow | undefined;
  /** OpenSearch. */
  readonly client: Client;
  /** Begins the names of all indexes. */
  readonly prefix: string;
  readonly settings?: IndexSettings | undefined;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** ms that a request is tried for; default 10,000. */
  readonly budget?: number | undefined;
}

/** The storage port on AWS, and its parts for those who look after them. */
export interface AwsStore extends ComposedStore {
  readonly table: OpenVersionTable;
  readonly index: OpenedIndex;
  /** What OpenSearch did not take. */
  readonly aside: AsideRecords;
}

/**
 * The storage port on DynamoDB (the versions) and OpenSearch (the index, which follows). Nothing is sent before it is used.
 *
 * @example openAwsStore({ dynamo: connectDynamo({ region, credentials }), table: 'fhir-prod', client: new Client({ node }), prefix: 'fwoa', ...parts })
 */
export function openAwsStore(options: AwsStoreOptions): AwsStore {
  const { dynamo, table: name, tenant = '-', overflow, report, now = Date.now, budget = 10_000 } = options;
  const table = openVersionTable({ dynamo, table: name, tenant, overflow, now, budgetMs: budget, report });
  const aside = createAsideRecords({ dynamo, table: name, keys: keysOf(tenant), now, budgetMs: budget });
  const index = openSearchIndex({ ...options, readVersion: table.readVersion, onPoison: aside.add, now, budget });
  const store = composeStore({ table, index, indexResource: options.index, now, budget });
  return {
    ...store,
    table,
    index,
    aside,
    async close() {
      await table.close();
      await index.close();
    },
  };
}
