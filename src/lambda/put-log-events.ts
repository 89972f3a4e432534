import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpSender, type SendHttp } from '../storage/aws/table/wire/send-http.ts';
import { type Credentials, createSigner } from '../storage/aws/table/wire/sign-request.ts';

export interface LogStreamOptions {
  readonly region: string;
  /** Default: the region's own. */
  readonly endpoint?: string | undefined;
  readonly credentials: Credentials;
  readonly group: string;
  /** Nobody else's. */
  readonly stream: string;
  /** Default: HTTP on connections that stay open. */
  readonly send?: SendHttp | undefined;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** ms that one call is tried for; default 3000. */
  readonly budget?: number | undefined;
}

/** A stream of a log group of CloudWatch Logs. */
export interface LogStream {
  /** Makes the stream, unless it is there. @throws LogError */
  open(): Promise<void>;
  /** Appends events of now, each at most a megabyte. Resolves when CloudWatch has them; one may then be there twice. @throws LogError */
  append(messages: readonly string[]): Promise<void>;
}

/** CloudWatch Logs has not taken something. Its own text is not kept. */
export class LogError extends Error {
  override readonly name = 'LogError';
  /** Such as `ThrottlingException`; `lost` where no answer came. */
  readonly code: string;

  constructor(operation: string, code: string) {
    super(`CloudWatch Logs has not carried out ${operation}: ${code}.`);
    this.code = code;
  }
}

const TARGET = 'Logs_20140328';
/** ms for an attempt. */
const ATTEMPT = 1500;
const FIRST_DELAY = 25;

/**
 * Two calls of CloudWatch Logs' JSON protocol, sent as those to DynamoDB are: the SDK's client would make the function half as large again
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html).
 */
export function openLogStream(options: LogStreamOptions): LogStream {
  const { region, credentials, group, stream, now = Date.now, budget = 3000 } = options;
  const endpoint = new URL(options.endpoint ?? regionalEndpoint(region));
  const sign = createSigner(region, 'logs');
  let send = options.send;

  /** @returns undefined when it was carried out, else the code of the refusal */
  async function attempt(operation: string, body: string): Promise<string | undefined> {
    send ??= createHttpSender(endpoint);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      host: endpoint.host,
      'x-amz-target': `${TARGET}.${operation}`,
    };
    try {
      const answer = await send(sign(credentials, headers, body, now()), body, ATTEMPT);
      if (answer.status === 200) return undefined;
      return codeOf(answer.body) ?? (answer.status >= 500 ? 'lost' : 'refused');
    } catch {
      return 'lost';
    }
  }

  async function call(operation: string, input: object, settled: readonly string[] = []): Promise<void> {
    const body = JSON.stringify({ logGroupName: group, logStreamName: stream, ...input });
    const deadline = performance.now() + budget;
    for (let tries = 0; ; tries++) {
      const code = await attempt(operation, body);
      if (code === undefined || settled.includes(code)) return;
      const delay = Math.random() * FIRST_DELAY * 2 ** tries;
      if (!AGAIN.test(code) || performance.now() + delay > deadline) throw new LogError(operation, code);
      await sleep(delay);
    }
  }

  return {
    open: () => call('CreateLogStream', {}, ['ResourceAlreadyExistsException']),
    append: (messages) =>
      call('PutLogEvents', { logEvents: messages.map((message) => ({ timestamp: now(), message })) }),
  };
}

const AGAIN = /^(lost|Throttling|ThrottlingException|ServiceUnavailableException|OperationAbortedException)$/;

function regionalEndpoint(region: string): string {
  return `https://logs.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function codeOf(body: string): string | undefined {
  try {
    const { __type } = JSON.parse(body) as { readonly __type?: unknown };
    const code = typeof __type === 'string' ? __type.replace(/^.*#/, '') : '';
    return /^\w{1,80}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
