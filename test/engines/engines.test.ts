import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Client } from '@opensearch-project/opensearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineUrl } from './engines.ts';

const CLIENT = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const NAME = `engines-${randomUUID()}`;
const dynamoUrl = engineUrl('dynamodb');
const openSearchUrl = engineUrl('opensearch');
const awsUrl = engineUrl('aws');

describe.skipIf(dynamoUrl === undefined)('DynamoDB Local', () => {
  const dynamo = new DynamoDBClient({ ...CLIENT, endpoint: dynamoUrl ?? '' });
  const put = (id: string) => ({
    TableName: NAME,
    Item: { id: { S: id } },
    ConditionExpression: 'attribute_not_exists(id)',
  });

  beforeAll(async () => {
    await dynamo.send(
      new CreateTableCommand({
        TableName: NAME,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
  });

  afterAll(async () => {
    await dynamo.send(new DeleteTableCommand({ TableName: NAME }));
    dynamo.destroy();
  });

  it('refuses an item when its condition fails', async () => {
    await dynamo.send(new PutItemCommand(put('one')));
    await expect(dynamo.send(new PutItemCommand(put('one')))).rejects.toThrow('The conditional request failed');
  });

  it('writes all of a transaction, or nothing', async () => {
    await dynamo.send(new PutItemCommand(put('there')));
    const TransactItems = [{ Put: put('not there') }, { Put: put('there') }];
    await expect(dynamo.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toThrow(
      'Transaction cancelled',
    );
    const found = await dynamo.send(new GetItemCommand({ TableName: NAME, Key: { id: { S: 'not there' } } }));
    expect(found.Item).toBeUndefined();
  });
});

describe.skipIf(openSearchUrl === undefined)('OpenSearch', () => {
  const client = new Client({ node: openSearchUrl ?? 'http://127.0.0.1' });

  afterAll(async () => {
    await client.indices.delete({ index: NAME });
    await client.close();
  });

  it('finds what was indexed, and refuses an older version of it', async () => {
    const index = (version: number, word: string) =>
      client.index({
        index: NAME,
        id: '1',
        version,
        version_type: 'external',
        refresh: 'true' as const,
        body: { word },
      });
    await index(2, 'new');
    await expect(index(1, 'old')).rejects.toMatchObject({ statusCode: 409 });
    const { body } = await client.search({ index: NAME, body: { query: { term: { word: { value: 'new' } } } } });
    expect(body.hits.hits.map(({ _id }) => _id)).toEqual(['1']);
  });
});

interface KmsAnswer {
  readonly KeyMetadata?: { readonly KeyId: string };
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}

describe.skipIf(awsUrl === undefined)('the AWS emulator', () => {
  const s3 = new S3Client({ ...CLIENT, endpoint: awsUrl ?? '', forcePathStyle: true });

  it('gives an object back', async () => {
    const at = { Bucket: NAME, Key: 'a/b' };
    await s3.send(new CreateBucketCommand({ Bucket: NAME }));
    await s3.send(new PutObjectCommand({ ...at, Body: 'content' }));
    const { Body } = await s3.send(new GetObjectCommand(at));
    expect(await Body?.transformToString()).toBe('content');
    await s3.send(new DeleteObjectCommand(at));
    await s3.send(new DeleteBucketCommand({ Bucket: NAME }));
    s3.destroy();
  });

  it('makes a key, and data keys under it', async () => {
    const { KeyMetadata } = await kms('CreateKey', { Description: NAME });
    const { Plaintext, CiphertextBlob } = await kms('GenerateDataKey', {
      KeyId: KeyMetadata?.KeyId,
      KeySpec: 'AES_256',
    });
    expect(Buffer.from(Plaintext ?? '', 'base64')).toHaveLength(32);
    expect((await kms('Decrypt', { CiphertextBlob })).Plaintext).toBe(Plaintext);
  });

  async function kms(action: string, input: object): Promise<KmsAnswer> {
    const answer = await fetch(awsUrl ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${action}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/kms/aws4_request',
      },
      body: JSON.stringify(input),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as KmsAnswer;
  }
});
