import type { AccessRecords } from '../auth/access-records.ts';
import { type AwsStore, openAwsStore } from '../storage/aws/open-aws-store.ts';
import { connectDynamo } from '../storage/aws/table/wire/connect-dynamo.ts';
import type { StorageParts } from '../storage/storage-parts.ts';
import { connectSearch } from './connect-search.ts';
import type { DataEnvironment } from './environment.ts';
import { type OpenBucket, openBucket } from './open-bucket.ts';
import { tableAccessRecords } from './table-access-records.ts';

/** The data, as a function's environment says where it is. */
export interface OpenData {
  readonly store: AwsStore;
  readonly bucket: OpenBucket;
  readonly accessRecords: AccessRecords;
}

/** Opens the data. Nothing is sent before it is used. */
export function openData(environment: DataEnvironment, parts: StorageParts): OpenData {
  const { region, credentials, tenant } = environment;
  const { name: table, endpoint } = environment.table;
  const dynamo = connectDynamo({ region, endpoint, credentials });
  const bucket = openBucket(environment);
  const client = connectSearch(environment);
  const { prefix } = environment.search;
  const store = openAwsStore({ ...parts, dynamo, table, tenant, overflow: bucket.overflow, client, prefix });
  return { store, bucket, accessRecords: tableAccessRecords({ dynamo, table, tenant }) };
}
