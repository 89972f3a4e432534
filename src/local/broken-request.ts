import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { renderError } from '../api/render/render-outcome.ts';
import { systemCode } from '../config/problem.ts';
import { FhirError } from '../fhir/operation-outcome.ts';
import { urlTooLong } from './transport/check-request.ts';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
};

/**
 * Answers what is no HTTP, or arrives too slowly; then the connection ends.
 *
 * @param headers those of every answer, the request's id among them
 * @returns the status of the answer; undefined when there is none
 */
export function answerBrokenRequest(
  error: Error,
  socket: Duplex,
  headers: Readonly<Record<string, string>>,
  maxUrlLength: number,
): number | undefined {
  const reason = reasonOf(error, maxUrlLength);
  if (reason === undefined || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return undefined;
  }
  refuseConnection(socket, reason, headers);
  return reason.status;
}

/** Answers by an error on a connection that no response belongs to, and ends it. */
export function refuseConnection(socket: Duplex, reason: FhirError, headers: Readonly<Record<string, string>>): void {
  const answer = renderError(reason, '4.0.1');
  const { status, body } = answer;
  const bytes = body instanceof Uint8Array ? body : Buffer.concat(body ?? []);
  const all = { ...headers, ...answer.headers, connection: 'close', 'content-length': String(bytes.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\n${lines.join('')}\r\n`);
  socket.end(bytes);
}

/**
 * True while the answer to an earlier request is due on this connection: the client would take ours for it. Node's own handling of broken
 * requests asks the same property.
 */
function isAnswering(socket: Duplex & { readonly _httpMessage?: ServerResponse<IncomingMessage> | null }): boolean {
  const response = socket._httpMessage;
  return response != null && (response.headersSent || response.req.complete);
}

/** Undefined for what is not the request's fault but the connection's: it is broken, or its TLS is. */
function reasonOf(error: Error & { readonly rawPacket?: unknown }, maxUrlLength: number): FhirError | undefined {
  const code = systemCode(error);
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      if (isLongLine(error.rawPacket, maxUrlLength)) return urlTooLong();
      return new FhirError(431, 'too-long', 'The headers of the request are too long.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new FhirError(413, 'too-long', 'The chunks of the body have too much beside their bytes.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new FhirError(408, 'timeout', 'The request did not arrive in time.');
    default:
      if (code?.startsWith('HPE_') !== true) return undefined;
      return new FhirError(400, 'invalid', 'This is not HTTP/1.1 as it should be.');
  }
}

/** True when it is the request's first line that is too long, as far as the piece that the parser was given shows it. */
function isLongLine(packet: unknown, maxUrlLength: number): boolean {
  if (!Buffer.isBuffer(packet) || !/^[A-Z]+ /.test(packet.toString('latin1', 0, 20))) return false;
  const end = packet.indexOf('\n');
  return end < 0 || end > maxUrlLength;
}
