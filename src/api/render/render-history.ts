import type { QueryPair } from '../../fhir/search/search-context.ts';
import type { HistoryPage, StoredVersion } from '../../storage/store.ts';
import type { FhirResponse } from '../http.ts';
import type { Presentation } from '../negotiation/presentation.ts';
import type { ServerContext } from '../server-context.ts';
import { type EntryPieces, entryPieces, renderBundle } from './bundle-pieces.ts';
import { etag } from './etags.ts';
import { resourceBytes } from './render-resource.ts';
import { pageLinks } from './render-searchset.ts';

/** The Bundle of a page of versions (https://hl7.org/fhir/R4/http.html#history), newest first. */
export function renderHistory(
  context: ServerContext,
  path: string,
  parameters: readonly QueryPair[],
  page: HistoryPage,
  presentation: Presentation,
): FhirResponse {
  const links = pageLinks(`${context.baseUrl}/${path}`, parameters, page.next);
  const entries = page.versions.map((version) => historyEntry(context, version, presentation));
  return renderBundle({ type: 'history', lastUpdated: context.now(), total: page.total, links }, entries, presentation);
}

function historyEntry(context: ServerContext, version: StoredVersion, presentation: Presentation): EntryPieces {
  const { definitions, baseUrl } = context;
  const { type, id, method, body } = version;
  const request = { method, url: method === 'POST' ? type : `${type}/${id}` };
  // STU3 allows a response only in the answers to batches and transactions (bdl-4).
  const rest = definitions.version === '4.0.1' ? { request, response: responseOf(version) } : { request };
  const bytes = body === undefined ? undefined : resourceBytes(body, { ...presentation, pretty: false }, definitions);
  return entryPieces(`${baseUrl}/${type}/${id}`, bytes, rest);
}

function responseOf({ version, method, lastUpdated }: StoredVersion): object {
  const status = method === 'DELETE' ? '204 No Content' : version === 1 ? '201 Created' : '200 OK';
  return { status, etag: etag(version), lastModified: new Date(lastUpdated).toISOString() };
}
