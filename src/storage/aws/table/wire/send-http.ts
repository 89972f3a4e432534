import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Posts to DynamoDB, and rejects when no whole answer comes. Tests put faults in its place. */
export interface SendHttp {
  (headers: Readonly<Record<string, string>>, body: string, timeout: number): Promise<HttpAnswer>;
  readonly close?: (() => void) | undefined;
}

/** Connections to one endpoint at a time; DynamoDB takes many more. */
const CONNECTIONS = 128;

/** Sends on connections that stay open. */
export function createHttpSender(endpoint: URL): SendHttp {
  const secure = endpoint.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo' } as const;
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const start = secure ? httpsRequest : httpRequest;
  const place = { host: endpoint.hostname, port: endpoint.port || undefined, path: '/', method: 'POST', agent };

  function send(headers: Readonly<Record<string, string>>, body: string, timeout: number): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const request = start({ ...place, headers: { ...headers, 'content-length': length } });
      request.setTimeout(timeout, () => request.destroy(new Error('DynamoDB does not answer.')));
      request.on('error', reject);
      request.on('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole?.toString() ?? '' });
        });
      });
      request.end(body);
    });
  }

  return Object.assign(send, { close: () => agent.destroy() });
}
