import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { openTestAwsStore } from '../engines/aws-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { describeStore } from './store-contract.ts';

const missing = engineUrl('dynamodb') === undefined || engineUrl('opensearch') === undefined;

describe.skipIf(missing)('on AWS', () => {
  describeStore('DynamoDB and OpenSearch', async (index, rules) => {
    const name = `c${randomUUID()}`;
    const parts = { fhirVersion: '4.0.1', index, ...rules, report: rethrow } as const;
    const { store, settled, openAgain } = await openTestAwsStore(name, parts);
    return { store, settled, reopen: openAgain };
  });
});

function rethrow(error: unknown): never {
  throw error;
}
