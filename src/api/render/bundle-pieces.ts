import { randomUUID } from 'node:crypto';
import { parseJson } from '../../fhir/json/parse-json.ts';
import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import type { FhirResponse } from '../http.ts';
import type { Presentation } from '../negotiation/presentation.ts';

/** A link of a Bundle (https://hl7.org/fhir/R4/http.html#paging). */
export interface BundleLink {
  readonly relation: 'self' | 'first' | 'next';
  readonly url: string;
}

/** An entry as it is written: its resource's bytes between the texts that come before and after, neither parsed nor copied. */
export type EntryPieces = readonly (string | Uint8Array)[];

export interface BundleHead {
  readonly type: 'searchset' | 'history' | 'transaction-response' | 'batch-response';
  /** ms since the epoch. */
  readonly lastUpdated: number;
  readonly total?: number | undefined;
  /** Default: none. */
  readonly links?: readonly BundleLink[] | undefined;
}

/** `{"fullUrl":…,"resource":` body `,` rest `}`; without a body, of a deletion, no resource. */
export function entryPieces(fullUrl: string | undefined, body: Uint8Array | undefined, rest: object): EntryPieces {
  return entryWith(fullUrl, body, JSON.stringify(rest));
}

/** The same, for a `rest` that is the same for many: its JSON. */
export function entryWith(fullUrl: string | undefined, body: Uint8Array | undefined, rest: string): EntryPieces {
  const start = fullUrl === undefined ? '{' : `{"fullUrl":${JSON.stringify(fullUrl)},`;
  const end = rest.slice(1);
  return body === undefined ? [start + end] : [`${start}"resource":`, body, `,${end}`];
}

/** A response that is a Bundle put together from pieces; parsed only to make it pretty. */
export function renderBundle(
  { type, lastUpdated, total, links }: BundleHead,
  entries: readonly EntryPieces[],
  { contentType, pretty }: Presentation,
): FhirResponse {
  const meta = { lastUpdated: new Date(lastUpdated).toISOString() };
  const head = JSON.stringify({ resourceType: 'Bundle', id: randomUUID(), meta, type, total, link: links }).slice(
    0,
    -1,
  );
  const pieces: Uint8Array[] = [];
  // All that stands between two bodies becomes bytes at once.
  let text = entries.length === 0 ? head : `${head},"entry":[`;
  for (const [i, entry] of entries.entries()) {
    if (i > 0) text += ',';
    for (const piece of entry) {
      if (typeof piece === 'string') text += piece;
      else {
        pieces.push(Buffer.from(text), piece);
        text = '';
      }
    }
  }
  pieces.push(Buffer.from(text + (entries.length === 0 ? '}' : ']}')));
  const body = pretty
    ? Buffer.from(stringifyJson(parseJson(Buffer.concat(pieces), { maxDepth: Number.POSITIVE_INFINITY }), true))
    : pieces;
  return { status: 200, headers: { 'content-type': contentType }, body };
}
