import type { ServerResponse } from 'node:http';
import { internalError } from '../../api/errors.ts';
import type { FhirResponse } from '../../api/http.ts';
import { cleanHeaders } from '../../api/render/clean-headers.ts';
import { renderError } from '../../api/render/render-outcome.ts';
import { writeStream } from './write-stream.ts';

export interface AnswerOptions {
  /** Those of every answer that does not set them itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** The connection ends after this answer. */
  readonly last: boolean;
  /** Gets what fails while an answer is written. */
  readonly report: (error: unknown) => void;
}

/** What the transport says, whatever the answer does. */
const OURS: ReadonlySet<string> = new Set(['x-request-id', 'connection', 'content-length']);

/** Writes an answer. What can't be written any more ends the connection, so that the client sees that it is not whole. */
export function writeAnswer(response: ServerResponse, answer: FhirResponse, options: AnswerOptions): void {
  if (response.destroyed || response.req.socket.destroyed) return;
  const { stream } = answer;
  // The answer to a HEAD has the headers alone, and so have these (RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5).
  if (stream === undefined || response.req.method === 'HEAD' || answer.status === 204 || answer.status === 304) {
    writeWhole(response, answer, options);
    return;
  }
  const { 'content-length': text } = answer.headers;
  const length = text === undefined ? undefined : Number(text);
  const open = () => writeHead(response, answer, options, length);
  writeStream(response, open, stream, length).catch((error: unknown) => {
    options.report(error);
    if (response.headersSent) response.destroy();
    else writeWhole(response, renderError(internalError(error), '4.0.1'), options);
  });
}

function writeWhole(response: ServerResponse, answer: FhirResponse, options: AnswerOptions): void {
  const { status, headers, body } = answer;
  const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.concat(body);
  const hasLength = status !== 204 && status !== 304 && response.req.method !== 'HEAD';
  const length = bytes?.length ?? headers['content-length'] ?? (hasLength ? 0 : undefined);
  writeHead(response, answer, options, length);
  response.end(bytes);
}

function writeHead(
  response: ServerResponse,
  answer: FhirResponse,
  options: AnswerOptions,
  length: number | string | undefined,
): void {
  const { status, headers } = answer;
  // Names and values in turn: what Node takes as it is. Objects put together of several cost 8 µs of a read's 70.
  const all: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !OURS.has(name)) all.push(name, value);
  }
  for (const name in options.headers) {
    const value = options.headers[name];
    if (value !== undefined && headers[name] === undefined) all.push(name, value);
  }
  if (length !== undefined) all.push('content-length', String(length));
  all.push('x-request-id', options.requestId);
  // The rest of a body that is too large, or comes too slowly, is not waited for.
  if (options.last || status === 413 || status === 408) all.push('connection', 'close');
  try {
    response.writeHead(status, all);
  } catch (error) {
    options.report(error);
    response.writeHead(status, cleanHeaders(all));
  }
}
