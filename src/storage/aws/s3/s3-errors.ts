import { StoreUnavailableError } from '../../store.ts';

/** S3 refused what was asked of it. */
export class S3RefusedError extends Error {
  override readonly name = 'S3RefusedError';
}

interface Answer {
  readonly name: string;
  /** Undefined: none came. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

const THROTTLED: ReadonlySet<string> = new Set([
  'SlowDown',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

/** Of the connection, not of S3. */
const UNREACHABLE =
  /^(E(?!RR_)[A-Z_]+|ERR_STREAM_PREMATURE_CLOSE|TimeoutError|NetworkingError|AbortError|RequestTimeout)$/;

/** Whether it says that there is no such object, upload or key. */
export function isMissing(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return name !== 'NoSuchBucket' && (status === 404 || /^(NoSuchKey|NoSuchUpload|NotFound)$/.test(name));
}

/** Whether `If-None-Match` held it up: there is an object of that key. */
export function isTaken(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return status === 412 || name === 'PreconditionFailed';
}

/** Whether another was writing the same key at that moment: it may be tried again. */
export function isContended(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return status === 409 && /^(ConditionalRequestConflict|OperationAborted)$/.test(name);
}

/** Whether S3 found other bytes than those of the checksum. */
export function isBadDigest(error: unknown): boolean {
  return /^(BadDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch)$/.test(answerOf(error).name);
}

/**
 * What S3 answered, as it may be told and logged: the client's own errors carry the request's signature and the key's name, and their texts
 * keys of objects.
 *
 * @param doing such as `PutObject`
 */
export function s3Error(doing: string, error: unknown): Error {
  const { name, status, requestId } = answerOf(error);
  if (THROTTLED.has(name) || status === 429) return new StoreUnavailableError('throttled', 1);
  if ((status ?? 0) >= 500 || (status === undefined && UNREACHABLE.test(name))) {
    return new StoreUnavailableError('unavailable', 1);
  }
  const answered = status === undefined ? name : `${name} (${status})`;
  const request = requestId === undefined ? '' : ` Its request id is ${requestId}.`;
  return new S3RefusedError(`S3 answered ${doing} by ${answered}.${request}`);
}

/** Does it, and tells what S3 answers as {@link s3Error} does. */
export async function toldBy<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw s3Error(doing, error);
  }
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof Error)) return { name: 'an unknown error', status: undefined, requestId: undefined };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number; requestId?: string } };
  const name = typeof code === 'string' && UNREACHABLE.test(code) ? code : error.name;
  return { name, status: $metadata?.httpStatusCode, requestId: $metadata?.requestId };
}
