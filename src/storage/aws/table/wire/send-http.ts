import type { Pool as PoolType } from 'undici';
// Of the package no more than this: its fetch and sockets would make a function half a megabyte larger.
import PoolModule from 'undici/lib/dispatcher/pool.js';

const Pool = PoolModule as unknown as typeof PoolType;

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

/** ms. */
const CONNECT_WITHIN = 3000;

/**
 * Sends on connections that stay open, by the least of the library's ways: half the CPU of Node's own client, which is most of what a read costs
 * here.
 */
export function createHttpSender(endpoint: URL): SendHttp {
  const pool = new Pool(endpoint.origin, { connections: CONNECTIONS, connect: { timeout: CONNECT_WITHIN } });

  function send(headers: Readonly<Record<string, string>>, body: string, timeout: number): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let status = 0;
      let received: HttpAnswer['headers'] = {};
      pool.dispatch(
        { path: '/', method: 'POST', headers, body, headersTimeout: timeout, bodyTimeout: timeout },
        {
          onRequestStart: () => undefined,
          onResponseStart(_controller, statusCode, responseHeaders) {
            status = statusCode;
            received = responseHeaders;
          },
          onResponseData(_controller, piece) {
            pieces.push(piece);
          },
          onResponseEnd() {
            const [only] = pieces;
            const whole = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
            resolve({ status, headers: received, body: whole.toString() });
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  }

  return Object.assign(send, { close: () => void pool.destroy() });
}
