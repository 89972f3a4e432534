import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { connectDynamo, type DynamoOptions } from '../../../../../../src/storage/aws/table/wire/connect-dynamo.ts';
import type { HttpAnswer } from '../../../../../../src/storage/aws/table/wire/send-http.ts';

type Scripted = Error | (Partial<HttpAnswer> & { readonly code?: string });

/** A connection that answers as it is told, and by success then. */
function scripted(answers: readonly Scripted[], options: Partial<DynamoOptions> = {}) {
  const sent: { readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = [];
  const dynamo = connectDynamo({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'S' },
    async send(headers, body) {
      const answer = answers[sent.push({ headers, body }) - 1];
      if (answer instanceof Error) throw answer;
      const { code, ...given } = answer ?? {};
      const status = code === undefined ? 200 : 400;
      return {
        status,
        headers: {},
        body: code === undefined ? '{}' : JSON.stringify({ __type: `x#${code}` }),
        ...given,
      };
    },
    ...options,
  });
  return { dynamo, sent };
}

const soon = () => performance.now() + 2000;
const network = (code: string) => Object.assign(new Error(code), { code });

describe('a request to DynamoDB', () => {
  it.each<readonly [string, Scripted]>([
    ['a connection that was reset', network('ECONNRESET')],
    ['no connection', network('ECONNREFUSED')],
    ['a timeout', new Error('DynamoDB does not answer.')],
    ['an internal error', { status: 500, code: 'InternalServerError' }],
    ['a page of a proxy', { status: 503, body: '<html>' }],
    ['an answer that was cut off', { body: '{"Item"' }],
    ['a throttle', { code: 'ProvisionedThroughputExceededException' }],
    ['another', { code: 'ThrottlingException' }],
    ['the request limit', { code: 'RequestLimitExceeded' }],
    ['another transaction at the item', { code: 'TransactionConflictException' }],
    ['its own transaction, under way', { code: 'TransactionInProgressException' }],
  ])('is sent again after %s', async (_, answer) => {
    const { dynamo, sent } = scripted([answer, answer]);
    await dynamo.call('GetItem', { TableName: 't' }, soon());
    expect(sent).toHaveLength(3);
  });

  it('is sent again with a new content, where that is made for each attempt', async () => {
    const { dynamo, sent } = scripted([network('EPIPE')]);
    let n = 0;
    await dynamo.call('PutItem', () => ({ n: n++ }), soon());
    expect(sent.map(({ body }) => body)).toEqual(['{"n":0}', '{"n":1}']);
  });

  it.each([
    ['throttled', { code: 'ThrottlingException' }],
    ['unavailable', network('ECONNRESET')],
  ])('is %s, when the time is over', async (reason, answer) => {
    const { dynamo } = scripted(Array.from({ length: 99 }, () => answer));
    await expect(dynamo.call('GetItem', {}, performance.now() + 60)).rejects.toMatchObject({ reason });
  });

  it('is not sent again when it was refused, and the error tells nothing of it', async () => {
    const body = JSON.stringify({ __type: 'x#ValidationException', message: 'Patient/secret is wrong' });
    const { dynamo, sent } = scripted([{ status: 400, body }]);
    const error = await dynamo.call('GetItem', {}, soon()).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'ValidationException' });
    expect(String(error)).not.toContain('secret');
    expect(sent).toHaveLength(1);
  });

  it('passes on what is wrong with the credentials', async () => {
    const { dynamo } = scripted([], { credentials: () => Promise.reject(new TypeError('none')) });
    await expect(dynamo.call('GetItem', {}, soon())).rejects.toThrow('none');
  });

  it('is signed by the time of DynamoDB, when the own clock is wrong', async () => {
    const hour = 3_600_000;
    const now = Date.UTC(2030, 0, 1, 12);
    const headers = { date: new Date(now + hour).toUTCString() };
    const refused = { status: 400, headers, body: '{"__type":"x#InvalidSignatureException"}' };
    const { dynamo, sent } = scripted([refused], { now: () => now });
    await dynamo.call('GetItem', {}, soon());
    expect(sent.map((each) => each.headers['x-amz-date'])).toEqual(['20300101T120000Z', '20300101T130000Z']);
    await expect(scripted([{ ...refused, headers: {} }]).dynamo.call('GetItem', {}, soon())).rejects.toMatchObject({
      code: 'InvalidSignatureException',
    });
  });

  it.each([
    ['eu-west-1', 'dynamodb.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'dynamodb.cn-north-1.amazonaws.com.cn'],
  ])('goes to the region, %s', async (region, host) => {
    const { dynamo, sent } = scripted([], { region });
    await dynamo.call('GetItem', {}, soon());
    expect(sent[0]?.headers.host).toBe(host);
  });

  it('tells the capacity that it has used, of batches the sum', async () => {
    const used: unknown[] = [];
    const one = { body: JSON.stringify({ ConsumedCapacity: { CapacityUnits: 0.5 } }) };
    const more = { body: JSON.stringify({ ConsumedCapacity: [{ CapacityUnits: 1 }, { CapacityUnits: 2 }] }) };
    const { dynamo } = scripted([one, more], { onCapacity: (units, operation) => used.push([operation, units]) });
    await dynamo.call('Query', {}, soon());
    await dynamo.call('BatchGetItem', {}, soon());
    expect(used).toEqual([
      ['Query', 0.5],
      ['BatchGetItem', 3],
    ]);
  });
});
