import type { IncomingMessage } from 'node:http';
import { tooLarge } from '../api/errors.ts';
import { badRequest } from '../fhir/operation-outcome.ts';

/** How long a body that is too large goes on being read, and thrown away. */
const DRAIN_BYTES = 2 ** 26;
const DRAIN_MS = 2000;

const NOTHING = new Uint8Array();

/**
 * Reads a whole body.
 *
 * A client reads no answer before it has sent its body, and loses the answer when the connection ends before that: so what is over the limit
 * is read on for a while, unless the client asked beforehand (`Expect: 100-continue`).
 *
 * @param sendContinue tells a client that waits for it to begin.
 * @throws FhirError 413; 400 when the connection ends before the body does.
 */
export function readBody(request: IncomingMessage, limit: number, sendContinue?: () => void): Promise<Uint8Array> {
  const { 'content-length': contentLength, 'transfer-encoding': transferEncoding } = request.headers;
  const length = contentLength === undefined ? undefined : Number(contentLength);
  if (transferEncoding === undefined && (length === undefined || length === 0)) return Promise.resolve(NOTHING);
  if (length !== undefined && length > limit && (sendContinue !== undefined || length > limit + DRAIN_BYTES)) {
    return Promise.reject(tooLarge(limit));
  }
  sendContinue?.();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let timer: NodeJS.Timeout | undefined;
    const refuse = () => {
      clearTimeout(timer);
      request.off('data', onData).pause();
      reject(tooLarge(limit));
    };
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      if (received <= limit) chunks.push(chunk);
      else if (received > limit + DRAIN_BYTES) refuse();
      else {
        chunks.length = 0;
        timer ??= setTimeout(refuse, DRAIN_MS);
      }
    };
    request.on('data', onData);
    request.on('end', () => {
      if (received > limit) refuse();
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, received));
    });
    request.on('close', () => {
      clearTimeout(timer);
      reject(badRequest('invalid', 'The connection ended before the body did.'));
    });
    // Its reason says no more than that the connection ended.
    request.on('error', () => request.destroy());
  });
}
