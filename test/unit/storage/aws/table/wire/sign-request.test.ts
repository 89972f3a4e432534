import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../../../../../../src/storage/aws/table/wire/sign-request.ts';

interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the SDK sends for the same. */
async function signedBySdk(region: string, sessionToken: string | undefined): Promise<SentRequest> {
  let sent: SentRequest | undefined;
  const client = new DynamoDBClient({
    region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalr/+XUtnFEMI', sessionToken },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SentRequest) {
        sent = request;
        throw new Error('That is all.');
      },
    },
  });
  await client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'ä' } } })).catch(() => {});
  if (sent === undefined) throw new Error('The SDK has sent nothing.');
  return sent;
}

describe('a signature', () => {
  it.each([
    ['us-east-1', undefined],
    ['eu-central-1', 'a/session+token=='],
  ])('is the one that the SDK makes, in %s, session token %s', async (region, sessionToken) => {
    const { headers, body } = await signedBySdk(region, sessionToken);
    const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
    expect(signed).toContain('x-amz-target');
    const given = signed.filter((name) => name !== 'x-amz-date' && name !== 'x-amz-security-token');
    const time = Date.parse(
      (headers['x-amz-date'] ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
    );
    const sign = createSigner(region, 'dynamodb');
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalr/+XUtnFEMI', sessionToken };
    for (const _ of ['with a new key', 'with the key that was kept']) {
      const own = sign(credentials, Object.fromEntries(given.map((name) => [name, headers[name] ?? ''])), body, time);
      expect(own.authorization).toBe(headers.authorization);
      expect(own['x-amz-security-token']).toBe(sessionToken);
    }
  });

  it('has another key the next day, and with another secret', () => {
    const sign = createSigner('us-east-1', 'dynamodb');
    const day = 86_400_000;
    const signature = (secretAccessKey: string, time: number) =>
      sign({ accessKeyId: 'A', secretAccessKey }, { host: 'h' }, '{}', time).authorization;
    const first = signature('one', day);
    expect(signature('two', day)).not.toBe(first);
    expect(signature('one', 2 * day)).not.toBe(first);
    expect(signature('one', day)).toBe(first);
  });
});
