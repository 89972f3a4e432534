import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LogStreamOptions, openLogStream } from '../../../src/lambda/put-log-events.ts';
import type { HttpAnswer, SendHttp } from '../../../src/storage/aws/table/wire/send-http.ts';
import { engineUrl } from '../../engines/engines.ts';

const endpoint = engineUrl('aws');
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const ANY = { region: 'eu-central-1', credentials, group: 'g', stream: 's' } as const;

describe.skipIf(endpoint === undefined)('a log stream of CloudWatch Logs', () => {
  const group = `/fwoa/test-${randomUUID()}`;
  let client: CloudWatchLogsClient;
  beforeAll(async () => {
    client = new CloudWatchLogsClient({ region: ANY.region, endpoint, credentials });
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  });
  afterAll(async () => {
    await client.send(new DeleteLogGroupCommand({ logGroupName: group }));
    client.destroy();
  });

  it('takes events, whether it was there or not', async () => {
    for (const message of ['{"audit":{"ö":1}}', 'second']) {
      const stream = openLogStream({ ...ANY, endpoint, group, stream: 'one' });
      await stream.open();
      await stream.append([message]);
    }
    const { events } = await client.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: 'one', startFromHead: true }),
    );
    expect(events?.map(({ message }) => message)).toEqual(['{"audit":{"ö":1}}', 'second']);
    expect(Math.abs(Date.now() - (events?.[0]?.timestamp ?? 0))).toBeLessThan(60_000);
  });

  it('says when there is no such group', async () => {
    const stream = openLogStream({ ...ANY, endpoint, group: `${group}-not`, stream: 'one' });
    await expect(stream.open()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('what CloudWatch Logs does not take at once', () => {
  const refused = (status: number, code: string): HttpAnswer => ({
    status,
    headers: {},
    body: JSON.stringify({ __type: `com.amazonaws.logs#${code}`, message: 'a secret' }),
  });
  const ok: HttpAnswer = { status: 200, headers: {}, body: '{}' };

  function streamWith(answers: (HttpAnswer | Error)[], options: Partial<LogStreamOptions> = {}) {
    const sent: { readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = [];
    const send: SendHttp = async (headers, body) => {
      sent.push({ headers, body });
      const answer = answers.shift() ?? ok;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { sent, stream: openLogStream({ ...ANY, send, now: () => 1_700_000_000_000, ...options }) };
  }

  it('is sent again after throttles and lost connections', async () => {
    const answers = [
      refused(400, 'ThrottlingException'),
      new Error('reset'),
      refused(503, 'ServiceUnavailableException'),
    ];
    const { sent, stream } = streamWith(answers);
    await stream.append(['a']);
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ body }) => body))).toEqual(
      new Set(['{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1700000000000,"message":"a"}]}']),
    );
    expect(sent[0]?.headers).toMatchObject({
      'x-amz-target': 'Logs_20140328.PutLogEvents',
      authorization: expect.stringContaining('/eu-central-1/logs/aws4_request'),
    });
  });

  it('is an error that does not quote it, when it is refused or the time is over', async () => {
    const { stream } = streamWith([refused(400, 'AccessDeniedException')]);
    await expect(stream.append(['a'])).rejects.toThrow(
      'CloudWatch Logs has not carried out PutLogEvents: AccessDeniedException.',
    );
    const away = streamWith(
      Array.from({ length: 50 }, () => new Error('away')),
      { budget: 50 },
    );
    await expect(away.stream.append(['a'])).rejects.toMatchObject({ code: 'lost' });
    const odd = streamWith([{ status: 400, headers: {}, body: '<html>' }]);
    await expect(odd.stream.append(['a'])).rejects.toMatchObject({ code: 'refused' });
  });

  it('opens a stream that another call has made', async () => {
    await streamWith([refused(400, 'ResourceAlreadyExistsException')]).stream.open();
  });
});
