import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { internalError } from '../api/errors.ts';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { renderError } from '../api/render/render-outcome.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { readBody } from './request-body.ts';
import { requestIds } from './request-id.ts';

export interface ListenOptions {
  /** 0: any free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** ms for the headers of a request to arrive; default 20 s. */
  readonly headersTimeout?: number | undefined;
  /** ms for all of a request to arrive; default 5 minutes. */
  readonly requestTimeout?: number | undefined;
  /** ms that a connection may be idle between requests; default 30 s. */
  readonly keepAliveTimeout?: number | undefined;
  /** ms that `close` waits for requests that have begun; default 10 s. */
  readonly closeTimeout?: number | undefined;
}

/** A port that is listened on. */
export interface HttpListener {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, and resolves when those that have begun are answered. */
  close(): Promise<void>;
}

/** What answers the requests. */
export interface Handler {
  handle(request: FhirRequest): Promise<FhirResponse>;
}

/**
 * Serves HTTP/1.1 on a port. Little is done for a request, as reading a resource is little work itself (docs/decisions/0001).
 *
 * @throws the system's error (`EADDRINUSE` …) when the port can't be had.
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<HttpListener> {
  const {
    port,
    host,
    headersTimeout = 20_000,
    requestTimeout = 300_000,
    keepAliveTimeout = 30_000,
    closeTimeout = 10_000,
  } = options;
  const server = createServer({ headersTimeout, requestTimeout, keepAliveTimeout });
  const nextId = requestIds();
  const serve = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => {
    const send = (answer: FhirResponse) => write(server, request, response, answer, nextId);
    handler.handle(toFhirRequest(request, response, expectsContinue)).then(send, (error: unknown) =>
      // A handler that rejects is one that is being shut down.
      send(renderError(internalError(error), '4.0.1')),
    );
  };
  server.on('request', (request, response) => serve(request, response, false));
  // The client waits to be told that its body is welcome: it is, when an interaction wants it.
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('clientError', answerBrokenRequest);
  const address = await opened(server, port, host);
  return {
    url: `http://${isIP(address.address) === 6 ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    close: () => closed(server, closeTimeout),
  };
}

function toFhirRequest(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): FhirRequest {
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    // Node gives an array for `set-cookie` alone, which no one reads here.
    headers: request.headers as FhirRequest['headers'],
    body: (limit) => readBody(request, limit, expectsContinue ? () => response.writeContinue() : undefined),
    remoteAddress: request.socket.remoteAddress,
  };
}

function write(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: FhirResponse,
  nextId: (given: string | undefined) => string,
): void {
  if (response.destroyed) return;
  const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.concat(body);
  headers['x-request-id'] = nextId(headers['x-request-id'] ?? headerText(request.headers['x-request-id']));
  if (bytes !== undefined) headers['content-length'] = String(bytes.length);
  else if (status !== 204 && status !== 304) headers['content-length'] ??= '0';
  // The rest of a body that is too large is not waited for.
  if (!server.listening || status === 413) headers.connection = 'close';
  response.writeHead(status, headers);
  response.end(bytes);
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function opened(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server listens on no port.'));
      else resolve(address);
    });
  });
}

function closed(server: Server, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeout);
    server.close((error) => {
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}
