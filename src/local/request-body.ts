import type { IncomingMessage } from 'node:http';
import { tooLarge } from '../api/errors.ts';
import { badRequest, FhirError } from '../fhir/operation-outcome.ts';
import { type PaceLimits, watchPace } from './transport/body-pace.ts';

/** How long a body that is too large goes on being read, and thrown away. */
const DRAIN_BYTES = 2 ** 26;
const DRAIN_MS = 2000;

const NOTHING = new Uint8Array();

export interface BodyOptions {
  readonly pace: PaceLimits;
  /** Tells a client that waits for it (`Expect: 100-continue`) to begin. */
  readonly sendContinue?: (() => void) | undefined;
}

/** True of a request that a body belongs to (RFC 9112, section 6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads a whole body.
 *
 * A client reads no answer before it has sent its body, and loses the answer when the connection ends before that: so what is over the limit
 * is read on for a while, unless the client asked beforehand (`Expect: 100-continue`).
 *
 * @throws FhirError 413; 408 when it comes too slowly; 400 when the connection ends before the body does.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  { pace: paceLimits, sendContinue }: BodyOptions,
): Promise<Uint8Array> {
  if (!hasBody(request)) return Promise.resolve(NOTHING);
  // Node answers both lengths and encodings at once by 400.
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limit && (sendContinue !== undefined || length > limit + DRAIN_BYTES)) {
    return Promise.reject(tooLarge(limit));
  }
  if (request.destroyed) return Promise.reject(connectionEnded());
  sendContinue?.();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let ended = false;
    let timer: NodeJS.Timeout | undefined;
    const refuse = (error: FhirError) => {
      clearTimeout(timer);
      pace.rest();
      request.off('data', onData).pause();
      reject(error);
    };
    const pace = watchPace(paceLimits, () => refuse(tooSlow()));
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      pace.came(chunk.length);
      if (received <= limit) chunks.push(chunk);
      else if (received > limit + DRAIN_BYTES) refuse(tooLarge(limit));
      else {
        chunks.length = 0;
        timer ??= setTimeout(() => refuse(tooLarge(limit)), DRAIN_MS);
      }
    };
    pace.wait();
    request.on('data', onData);
    request.on('end', () => {
      ended = true;
      pace.rest();
      if (received > limit) refuse(tooLarge(limit));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, received));
    });
    request.on('close', () => {
      // An error costs its stack: none is made for the bodies that came whole.
      if (!ended) refuse(connectionEnded());
    });
    // Its reason says no more than that the connection ended.
    request.on('error', () => request.destroy());
  });
}

/** The error for a body that its client stopped sending. */
export function connectionEnded(): FhirError {
  return badRequest('invalid', 'The connection ended before the body did.');
}

/** The error for a body that comes too slowly. */
export function tooSlow(): FhirError {
  return new FhirError(408, 'timeout', 'The body came too slowly.');
}
