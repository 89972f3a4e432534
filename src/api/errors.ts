import { JsonSyntaxError } from '../fhir/json/json-syntax-error.ts';
import { badRequest, FhirError } from '../fhir/operation-outcome.ts';
import { InvalidCursorError, SearchTooCostlyError, StoreUnavailableError } from '../storage/store.ts';

/** What a client is told of an error; undefined for one that is the server's own. */
export function asFhirError(error: unknown): FhirError | undefined {
  if (error instanceof FhirError) return error;
  if (error instanceof JsonSyntaxError)
    return badRequest('structure', `The body is not JSON: ${error.message}.`, { cause: error });
  if (error instanceof InvalidCursorError) {
    return badRequest(
      'value',
      '"_cursor" is not one that this server made for this request; follow the "next" link as it is.',
      {
        cause: error,
      },
    );
  }
  if (error instanceof SearchTooCostlyError) return badRequest('too-costly', error.message, { cause: error });
  if (error instanceof StoreUnavailableError) {
    const throttled = error.reason === 'throttled';
    return new FhirError(
      throttled ? 429 : 503,
      throttled ? 'throttled' : 'transient',
      `${error.message} Try again in ${error.retryAfter} s.`,
      { cause: error, headers: { 'retry-after': String(error.retryAfter) } },
    );
  }
  return undefined;
}

/** What a client is told of the server's own errors: nothing of what is inside. */
export function internalError(cause: unknown): FhirError {
  return new FhirError(
    500,
    'exception',
    "The server failed to carry this out. It is not the request's fault; the failure has been reported.",
    {
      cause,
    },
  );
}

/** The error for a body over the limit. */
export function tooLarge(limit: number): FhirError {
  return new FhirError(413, 'too-long', `The body is larger than ${limit} bytes, the most that this server takes.`);
}
