import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { internalError } from '../api/errors.ts';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { renderError } from '../api/render/render-outcome.ts';
import { securityHeaders } from '../api/render/security-headers.ts';
import { FhirError } from '../fhir/operation-outcome.ts';
import { answerBrokenRequest, refuseConnection } from './broken-request.ts';
import { isLoopback } from './guard-host.ts';
import { hasBody, readBody } from './request-body.ts';
import { requestIds } from './request-id.ts';
import { checkRequest } from './transport/check-request.ts';
import { type ListenOptions, resolveOptions } from './transport/listen-options.ts';
import { openServer } from './transport/open-server.ts';
import { streamBody } from './transport/stream-body.ts';
import { writeAnswer } from './transport/write-answer.ts';

export type { ListenOptions } from './transport/listen-options.ts';

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
 * Serves HTTP/1.1 on a port, over TLS when there is a certificate. Little is done for a request, as reading a resource is little work itself
 * (docs/decisions/0001).
 *
 * @throws the system's error (`EADDRINUSE` …) when the port can't be had.
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<HttpListener> {
  const settings = resolveOptions(options);
  const { idleTimeout, lingerTimeout, report, onRefused } = settings;
  const headers = securityHeaders(options.tls !== undefined && !isLoopback(options.host));
  const nextId = requestIds();
  const { server, opened, close } = openServer(settings);

  // Node asks it when nothing has moved on the connection for a while. An answer that is being made is waited for; one that is not
  // read is not.
  const onIdle = (socket: IncomingMessage['socket']) => {
    if (socket.writableLength > 0) socket.destroy();
    else socket.setTimeout(idleTimeout);
  };

  const serve = (request: IncomingMessage, response: ServerResponse, expectation?: 'continue' | 'unknown') => {
    const requestId = nextId(headerText(request.headers['x-request-id']));
    const continued = { is: expectation === undefined };
    response.on('timeout', onIdle);
    if (hasBody(request)) response.once('finish', () => lingerOn(request, lingerTimeout));
    const send = (answer: FhirResponse, last = false) => {
      // A client that was not told to go on may send its body or not: what comes next can't be told apart.
      const isLast = last || !server.listening || !continued.is;
      writeAnswer(response, answer, { headers, requestId, last: isLast, report });
    };
    const wrong = expectation === 'unknown' ? unknownExpectation() : checkRequest(request, settings);
    if (wrong !== undefined) {
      const refusal = {
        status: wrong.status,
        method: request.method,
        remoteAddress: request.socket.remoteAddress,
        requestId,
      };
      void onRefused(refusal).then(() => send(renderError(wrong, '4.0.1'), true));
      return;
    }
    const sendContinue = () => {
      continued.is = true;
      response.writeContinue();
    };
    const body = { pace: settings, sendContinue: expectation === undefined ? undefined : sendContinue };
    const asked: FhirRequest = {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      // Node gives an array for `set-cookie` alone, which no one reads here.
      headers: request.headers as FhirRequest['headers'],
      body: (limit) => readBody(request, limit, body),
      stream: () => streamBody(request, body),
      id: requestId,
      remoteAddress: request.socket.remoteAddress,
    };
    handler
      .handle(asked)
      .then(send, (error: unknown) => {
        // A handler that rejects is one that is being shut down.
        send(renderError(internalError(error), '4.0.1'));
      })
      .catch((error: unknown) => {
        // An answer that is none.
        report(error);
        response.destroy();
      });
  };

  server.on('request', (request, response) => serve(request, response));
  // The client waits to be told that its body is welcome: it is, when an interaction wants it.
  server.on('checkContinue', (request, response) => serve(request, response, 'continue'));
  server.on('checkExpectation', (request, response) => serve(request, response, 'unknown'));
  const ownHeaders = (requestId: string) => ({ ...headers, 'x-request-id': requestId });
  server.on('connect', ({ method }, socket) => {
    const reason = noProxy();
    const requestId = nextId(undefined);
    const { remoteAddress } = socket as Socket;
    void onRefused({ status: reason.status, method, remoteAddress, requestId }).then(() =>
      refuseConnection(socket, reason, ownHeaders(requestId)),
    );
  });
  server.on('clientError', (error, socket) => {
    const requestId = nextId(undefined);
    // Gone when the socket is closed.
    const { remoteAddress } = socket as Socket;
    // Node asks for the answer at once: it looks at what is due on the connection.
    const status = answerBrokenRequest(error, socket, ownHeaders(requestId), settings.maxUrlLength);
    if (status !== undefined) void onRefused({ status, remoteAddress, requestId });
  });
  const { url, port } = await opened;
  return { url, port, close };
}

/** What is left of a body when its answer is out is read and thrown away for a while, so that the client gets to the answer. */
function lingerOn(request: IncomingMessage, lingerTimeout: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.socket.destroy(), lingerTimeout);
  // Node does it itself for a body that no one has read of.
  request.resume();
  request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
}

function unknownExpectation(): FhirError {
  return new FhirError(417, 'not-supported', 'The only expectation that this server meets is 100-continue.');
}

function noProxy(): FhirError {
  return new FhirError(501, 'not-supported', 'This server is no proxy.');
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
