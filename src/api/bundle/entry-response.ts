import { STATUS_CODES } from 'node:http';
import { headerExtensions } from '../binary/content-extensions.ts';
import { parseLinkHeader } from '../binary/link-header.ts';
import type { EntryRunner } from '../bundle-handler.ts';
import { asFhirError, internalError } from '../errors.ts';
import type { FhirResponse } from '../http.ts';
import { type EntryPieces, entryPieces } from '../render/bundle-pieces.ts';
import { outcomeOf } from '../render/render-outcome.ts';
import type { ServerContext } from '../server-context.ts';
import type { Entry } from './parse-entries.ts';
import { isWrite } from './resolve-entry.ts';

/**
 * An entry's answer (https://hl7.org/fhir/R4/bundle.html#Bundle.entry.response), from what the request would have got by itself.
 *
 * @param lastUpdated ms since the epoch, where it is known better than to the second, as HTTP has it.
 */
export function entryResponse(
  entry: Entry,
  { status, headers, body }: FhirResponse,
  lastUpdated?: number | undefined,
): EntryPieces {
  const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.concat(body);
  const shown = bytes === undefined || bytes.length === 0 || entry.call.method === 'HEAD' ? undefined : bytes;
  const isOutcome = isWrite(entry) && entry.call.preferences.return === 'OperationOutcome';
  const outcome: unknown = isOutcome && shown !== undefined ? JSON.parse(Buffer.from(shown).toString()) : undefined;
  const { etag, location, 'content-location': contentLocation, 'last-modified': modified } = headers;
  const time = lastUpdated ?? (modified === undefined ? undefined : Date.parse(modified));
  const response = {
    status: statusOf(status),
    location: location ?? contentLocation,
    etag,
    lastModified: time === undefined ? undefined : new Date(time).toISOString(),
    outcome,
  };
  const fullUrl = /^(.*)\/_history\/[^/]+$/.exec(response.location ?? '')?.[1];
  return entryPieces(fullUrl, isOutcome ? undefined : shown, { link: linksOf(headers), response });
}

/** A URL for the content of a Binary, as HTTP has it in a header: a link of the entry, and the headers that it needs as its extensions. */
function linksOf({ link }: FhirResponse['headers']): readonly object[] | undefined {
  const signed = parseLinkHeader(link);
  if (signed === undefined) return undefined;
  const extension = headerExtensions(signed);
  return [{ extension: extension.length === 0 ? undefined : extension, relation: signed.relation, url: signed.url }];
}

/** The answer of an entry that failed by itself; a failure of the server's own is reported, as that of a whole request is. */
export function entryFailure(
  context: ServerContext,
  error: unknown,
  { report }: Pick<EntryRunner, 'report'>,
): EntryPieces {
  const known = asFhirError(error) ?? internalError(error);
  if (known.status >= 500) report(error);
  const outcome = outcomeOf(known.issues, context.definitions.version);
  return entryPieces(undefined, undefined, { response: { status: statusOf(known.status), outcome } });
}

function statusOf(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
