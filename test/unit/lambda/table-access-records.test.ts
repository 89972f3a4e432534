import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientPartition, keyName, revokedPartition } from '../../../src/auth/access-partitions.ts';
import { tableAccessRecords } from '../../../src/lambda/table-access-records.ts';
import { createTableIfMissing } from '../../../src/storage/aws/table/create-table.ts';
import { connectDynamo } from '../../../src/storage/aws/table/wire/connect-dynamo.ts';
import type { Dynamo } from '../../../src/storage/aws/table/wire/dynamo.ts';
import { engineUrl } from '../../engines/engines.ts';

const endpoint = engineUrl('dynamodb');
const TENANT = 'clinic';
const ANN = { issuer: 'https://issuer.example.org', id: 'ann' };
const BOB = { ...ANN, id: 'bob' };

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
    await put(clientPartition(TENANT, keyName('secret')), { n: { S: 'Clinic' }, i: { S: 'key1' } });
    await put(revokedPartition(TENANT, { ...ANN, id: 'eve' }), { b: { N: '1700000000000' } });
    await put(revokedPartition(TENANT, ANN));
  });
  afterAll(async () => {
    await dynamo.call('DeleteTable', { TableName: table }, performance.now() + 9000);
    dynamo.close();
  });

  it.each([
    ['a client system and a user', TENANT, 'key1', BOB, 'Clinic', undefined],
    ['a user who was removed', TENANT, 'key1', ANN, 'Clinic', Number.POSITIVE_INFINITY],
    ['a user with a new password', TENANT, 'key1', { ...ANN, id: 'eve' }, 'Clinic', 1_700_000_000_000],
    [
      'the same name of another issuer',
      TENANT,
      'key1',
      { ...ANN, issuer: 'https://other.example' },
      'Clinic',
      undefined,
    ],
    ['a client system alone', TENANT, 'key1', undefined, 'Clinic', undefined],
    ['one by its key', TENANT, keyName('secret'), undefined, 'Clinic', undefined],
    ['one by another key', TENANT, keyName('secret2'), undefined, undefined, undefined],
    ['one that is not there', TENANT, 'key3', ANN, undefined, Number.POSITIVE_INFINITY],
    ['those of another tenant', 'other', 'key1', ANN, undefined, undefined],
  ])('tell of %s, in one request', async (_, tenant, key, user, name, revokedBefore) => {
    requests.length = 0;
    expect(await tableAccessRecords({ dynamo, table, tenant }).read(key, user)).toEqual({
      client: name === undefined ? undefined : { id: 'key1', name },
      revokedBefore,
    });
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
    expect(await records.read('key1', ANN)).toEqual({
      client: { id: 'key1', name: 'key1' },
      revokedBefore: Number.POSITIVE_INFINITY,
    });
    expect(asked).toEqual([2, 1]);
  });
});
