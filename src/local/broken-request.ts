import type { Duplex } from 'node:stream';
import { renderError } from '../api/render/render-outcome.ts';
import { systemCode } from '../config/problem.ts';
import { FhirError } from '../fhir/operation-outcome.ts';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

/** Answers what is no HTTP, or arrives too slowly; then the connection ends. */
export function answerBrokenRequest(error: Error, socket: Duplex): void {
  if (!socket.writable || systemCode(error) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, headers, body } = renderError(reasonOf(systemCode(error)), '4.0.1');
  const bytes = body instanceof Uint8Array ? body : Buffer.concat(body ?? []);
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}`,
    'connection: close',
    `content-type: ${headers['content-type']}`,
    `content-length: ${bytes.length}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.end(bytes);
}

function reasonOf(code: string | undefined): FhirError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new FhirError(
        431,
        'too-long',
        'The request line and headers are too long. A long search can be sent as a form, by POST to _search.',
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new FhirError(413, 'too-long', 'The chunks of the body have too much beside their bytes.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new FhirError(408, 'timeout', 'The request did not arrive in time.');
    default:
      return new FhirError(400, 'invalid', 'This is not HTTP/1.1 as it should be.');
  }
}
