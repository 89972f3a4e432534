import { STATUS_CODES } from 'node:http';
import { asFhirError, internalError } from '../errors.ts';
import type { FhirResponse } from '../http.ts';
import { type EntryPieces, entryPieces } from '../render/bundle-pieces.ts';
import { outcomeOf } from '../render/render-outcome.ts';
import type { ServerContext } from '../server-context.ts';

/** An entry's answer (https://hl7.org/fhir/R4/bundle.html#Bundle.entry.response), from what the request would have got by itself. */
export function entryResponse({ status, headers, body }: FhirResponse): EntryPieces {
  const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.concat(body);
  const empty = bytes === undefined || bytes.length === 0;
  const { etag, location, 'content-location': contentLocation, 'last-modified': modified } = headers;
  const response = {
    status: statusOf(status),
    location: location ?? contentLocation,
    etag,
    lastModified: modified === undefined ? undefined : new Date(modified).toISOString(),
  };
  const fullUrl = /^(.*)\/_history\/[^/]+$/.exec(response.location ?? '')?.[1];
  return entryPieces(fullUrl, empty ? undefined : bytes, { response });
}

/** The answer of an entry that failed by itself, in a batch. */
export function entryFailure(context: ServerContext, error: unknown): EntryPieces {
  const known = asFhirError(error) ?? internalError(error);
  const outcome = outcomeOf(known.issues, context.definitions.version);
  return entryPieces(undefined, undefined, { response: { status: statusOf(known.status), outcome } });
}

function statusOf(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
