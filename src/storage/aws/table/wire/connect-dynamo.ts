import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../../store.ts';
import type { Answer, Dynamo, Input, Operation } from './dynamo.ts';
import { type CancellationReason, DynamoError, type Failure, failureOf } from './dynamo-error.ts';
import { createHttpSender, type HttpAnswer, type SendHttp } from './send-http.ts';
import { type Credentials, createSigner } from './sign-request.ts';

export interface DynamoOptions {
  readonly region: string;
  /** Default: the region's own. */
  readonly endpoint?: string | undefined;
  readonly credentials: Credentials | (() => Credentials | Promise<Credentials>);
  /** Default: HTTP on connections that stay open. */
  readonly send?: SendHttp | undefined;
  /** ms since the epoch, for signatures; default: the system's clock. */
  readonly now?: (() => number) | undefined;
  /** ms without a sign of life after which an attempt is given up; default 3000. */
  readonly attemptTimeout?: number | undefined;
  /** Told the capacity units that each request has used. */
  readonly onCapacity?: ((units: number, operation: Operation) => void) | undefined;
}

const TARGET = 'DynamoDB_20120810';
const FIRST_DELAY = 25;
const LONGEST_DELAY = 1000;

/** ms by which the clock must be wrong to be corrected: signatures are good for five minutes. */
const SKEWED = 240_000;

/** Codes that say that the signature's time, or all of it, was wrong. */
const SKEW_CODES = /^(RequestTimeTooSkewed|RequestExpired|InvalidSignatureException)$/;

interface Refusal {
  readonly __type?: string;
  readonly Item?: DynamoError['item'];
  readonly CancellationReasons?: readonly CancellationReason[];
}

interface Capacity {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number } | readonly { readonly CapacityUnits?: number }[];
}

/**
 * DynamoDB's JSON protocol itself. The SDK's client does the same at three times the CPU of a request; its middlewares are of no use here:
 * values are encoded already, retries need this store's deadline, and a signature's key is kept for the day.
 *
 * @example connectDynamo({ region: 'eu-west-1', credentials: fromEnvironment })
 */
export function connectDynamo(options: DynamoOptions): Dynamo {
  const { region, now = Date.now, attemptTimeout = 3000, onCapacity } = options;
  const endpoint = new URL(options.endpoint ?? regionalEndpoint(region));
  const send = options.send ?? createHttpSender(endpoint);
  const sign = createSigner(region, 'dynamodb');
  const host = endpoint.host;
  let skew = 0;

  async function attempt(operation: Operation, input: Input): Promise<HttpAnswer> {
    const credentials = typeof options.credentials === 'function' ? await options.credentials() : options.credentials;
    const body = JSON.stringify(onCapacity === undefined ? input : { ...input, ...capacityOf(operation) });
    const headers = { 'content-type': 'application/x-amz-json-1.0', host, 'x-amz-target': `${TARGET}.${operation}` };
    return send(sign(credentials, headers, body, now() + skew), body, attemptTimeout);
  }

  /** Whether the clock was wrong, and is now set right. */
  function setClock({ headers }: HttpAnswer): boolean {
    const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
    const wrong = Number.isNaN(date) || Math.abs(date - now() - skew) < SKEWED;
    if (!wrong) skew = date - now();
    return !wrong;
  }

  /** What came, or why it may be tried again. */
  async function once(operation: Operation, input: Input): Promise<Answer | Failure> {
    let answer: HttpAnswer;
    try {
      answer = await attempt(operation, input);
    } catch (error) {
      if (isOfConnection(error)) return 'lost';
      throw error;
    }
    const content = parse(answer.body);
    // Cut off, or of something between.
    if (content === undefined) return 'lost';
    if (answer.status === 200) {
      if (onCapacity !== undefined) onCapacity(unitsOf(content), operation);
      return content;
    }
    const refusal: Refusal = content;
    const code = refusal.__type?.replace(/^.*#/, '') ?? 'UnknownError';
    if (SKEW_CODES.test(code) && setClock(answer)) return 'throttled';
    const failure = failureOf(code, answer.status);
    if (failure !== undefined) return failure;
    throw new DynamoError(operation, code, answer.status, refusal.Item, refusal.CancellationReasons);
  }

  return {
    async call(operation, input, deadline) {
      for (let tries = 0; ; tries++) {
        const outcome = await once(operation, typeof input === 'function' ? input() : input);
        if (typeof outcome !== 'string') return outcome;
        const delay = Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** tries);
        if (performance.now() + delay > deadline) throw unavailable(outcome);
        await sleep(delay);
      }
    },
    close: () => send.close?.(),
  };
}

function unavailable(failure: Failure): StoreUnavailableError {
  return failure === 'lost' ? new StoreUnavailableError('unavailable', 5) : new StoreUnavailableError('throttled', 2);
}

function regionalEndpoint(region: string): string {
  return `https://dynamodb.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Errors of the network and of TLS have codes; those of our own making, timeouts, are plain; all others are bugs. */
function isOfConnection(error: unknown): boolean {
  return error instanceof Error && ('code' in error || error.constructor === Error);
}

function parse(body: string): (Answer & Refusal & Capacity) | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function capacityOf(operation: Operation): Input {
  return /Table|TimeToLive/.test(operation) ? {} : { ReturnConsumedCapacity: 'TOTAL' };
}

function unitsOf({ ConsumedCapacity: used }: Capacity): number {
  const all = used === undefined ? [] : 'length' in used ? used : [used];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
