import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { HISTORY_INDEX } from './keys.ts';
import type { Dynamo, Input } from './wire/dynamo.ts';
import { DynamoError } from './wire/dynamo-error.ts';

/** ms that DynamoDB may take. */
const PATIENCE = 60_000;

/** The attribute by which DynamoDB removes what is of no use any more: s since the epoch. Stacks name it as the table's time to live. */
export const TIME_TO_LIVE = 'expires';

/** The table's definition: what `CreateTable` takes, and what a stack must say likewise. */
export function tableDefinition(table: string): Input {
  const attributes = { pk: 'S', v: 'N', h: 'S', w: 'S' };
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Object.entries(attributes).map(([AttributeName, AttributeType]) => {
      return { AttributeName, AttributeType };
    }),
    KeySchema: keys('pk', 'v'),
    GlobalSecondaryIndexes: [
      { IndexName: HISTORY_INDEX, KeySchema: keys('h', 'w'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  };
}

/**
 * Creates the table unless it is there, and waits until it can be used: for tests and local use, stacks declare theirs.
 *
 * @param stream Whether others can follow it; DynamoDB Local writes fifty times slower then.
 */
export async function createTableIfMissing(dynamo: Dynamo, table: string, { stream = true } = {}): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  const { StreamSpecification, ...plain } = tableDefinition(table);
  try {
    await dynamo.call('CreateTable', stream ? { ...plain, StreamSpecification } : plain, deadline);
  } catch (error) {
    if (!(error instanceof DynamoError && error.code === 'ResourceInUseException')) throw error;
  }
  while ((await describeTable(dynamo, table))?.status !== 'ACTIVE') await sleep(100);
}

/** What a table is doing; undefined when there is none. */
export async function describeTable(
  dynamo: Dynamo,
  table: string,
): Promise<{ readonly status: string; readonly stream: string | undefined } | undefined> {
  try {
    const { Table } = await dynamo.call('DescribeTable', { TableName: table }, performance.now() + PATIENCE);
    return { status: Table?.TableStatus ?? '', stream: Table?.LatestStreamArn };
  } catch (error) {
    if (error instanceof DynamoError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
