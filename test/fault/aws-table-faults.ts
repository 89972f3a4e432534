import { createHttpSender, type HttpAnswer, type SendHttp } from '../../src/storage/aws/table/wire/send-http.ts';

/** What can become of a request. */
export type Fault = 'reset' | 'answer lost' | 'half an answer' | 'error 500' | 'error 500 after all' | 'throttled';

export const FAULTS: readonly Fault[] = [
  'reset',
  'answer lost',
  'half an answer',
  'error 500',
  'error 500 after all',
  'throttled',
];

/** A sender to the real engine, that does as it is told to some requests. */
export interface FaultySender {
  readonly send: SendHttp;
  /** The operations so far. */
  readonly operations: readonly string[];
}

/**
 * @param choose gives the fault of a request by its number, from 0, and its operation
 */
export function faultySender(
  endpoint: string,
  choose: (call: number, operation: string) => Fault | undefined,
): FaultySender {
  const real = createHttpSender(new URL(endpoint));
  const operations: string[] = [];

  async function send(headers: Readonly<Record<string, string>>, body: string, timeout: number): Promise<HttpAnswer> {
    const operation = headers['x-amz-target']?.split('.')[1] ?? '';
    const fault = choose(operations.length, operation);
    operations.push(operation);
    switch (fault) {
      case 'reset':
        throw reset();
      case 'throttled':
        return refusal(400, 'ThrottlingException');
      case 'error 500':
        return refusal(500, 'InternalServerError');
      case undefined:
        return real(headers, body, timeout);
      default:
        return afterAll(fault, await real(headers, body, timeout));
    }
  }

  return { send: Object.assign(send, { close: () => real.close?.() }), operations };
}

function afterAll(fault: Fault, answer: HttpAnswer): HttpAnswer {
  if (fault === 'answer lost') throw reset();
  if (fault === 'error 500 after all') return refusal(500, 'InternalServerError');
  return { ...answer, body: answer.body.slice(0, -1) };
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

function refusal(status: number, code: string): HttpAnswer {
  return { status, headers: {}, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}` }) };
}
