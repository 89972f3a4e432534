import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientPartition, revokedPartition } from '../../../src/auth/access-partitions.ts';
import { tableAccessRecords } from '../../../src/lambda/table-access-records.ts';
import { createTableIfMissing } from '../../../src/storage/aws/table/create-table.ts';
import { connectDynamo } from '../../../src/storage/aws/table/wire/connect-dynamo.ts';
import type { Dynamo } from '../../../src/storage/aws/table/wire/dynamo.ts';
import { engineUrl } from '../../engines/engines.ts';

const endpoint = engineUrl('dynamodb');
const TENANT = 'clinic';
const ANN = { issuer: 'https://issuer.example.org', id: 'ann' };

describe.skipIf(endpoint === undefined)('the records of access in the table', () => {
  const table = `fwoa-test-${randomBytes(6).toString('hex')}`;
  const requests: string[] = [];
  let dynamo: Dynamo;
  const put = (pk: string, rest: object = {}) =>
    dynamo.call(
      'PutItem',
      { TableName: table, Item: { pk: { S: pk }, v: { N: '0' }, ...rest } },
      performance.now() + 9000,
    );

  beforeAll(async () => {
    dynamo = connectDynamo({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      onCapacity: (_, operation) => requests.push(operation),
    });
    await createTableIfMissing(dynamo, table);
    await put(clientPartition(TENANT, 'key1'), { n: { S: 'Clinic' } });
    await put(clientPartition(TENANT, 'key2'));
    await put(revokedPartition(TENANT, ANN));
  });
  afterAll(async () => {
    await dynamo.call('DeleteTable', { TableName: table }, performance.now() + 9000);
    dynamo.close();
  });

  it.each([
    ['a client system and a user', TENANT, 'key1', { ...ANN, id: 'bob' }, 'Clinic', false],
    ['a user who was removed', TENANT, 'key1', ANN, 'Clinic', true],
    ['the same name of another issuer', TENANT, 'key1', { ...ANN, issuer: 'https://other.example' }, 'Clinic', false],
    ['a client system alone', TENANT, 'key1', undefined, 'Clinic', false],
    ['one without a name', TENANT, 'key2', undefined, 'key2', false],
    ['one that is not there', TENANT, 'key3', ANN, undefined, true],
    ['those of another tenant', 'other', 'key1', ANN, undefined, false],
  ])('tell of %s, in one request', async (_, tenant, key, user, clientName, isRevoked) => {
    requests.length = 0;
    expect(await tableAccessRecords({ dynamo, table, tenant }).read(key, user)).toEqual({ clientName, isRevoked });
    expect(requests).toEqual(['BatchGetItem']);
  });
});

describe('a table that does not answer all at once', () => {
  it('is asked for the rest', async () => {
    const asked: number[] = [];
    const dynamo: Dynamo = {
      async call(_, input) {
        const { Keys } = (input as { RequestItems: { t: { Keys: object[] } } }).RequestItems.t;
        asked.push(Keys.length);
        const [first, ...rest] = Keys as { pk: { S: string }; v: { N: string } }[];
        return {
          Responses: { t: first === undefined ? [] : [first] },
          ...(rest.length > 0 && { UnprocessedKeys: { t: { Keys: rest } } }),
        };
      },
      close: () => undefined,
    };
    const records = tableAccessRecords({ dynamo, table: 't', tenant: '-' });
    expect(await records.read('key1', ANN)).toEqual({ clientName: 'key1', isRevoked: true });
    expect(asked).toEqual([2, 1]);
  });
});
