import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import type { Issue } from '../../fhir/operation-outcome.ts';
import { formatQueryString } from '../../fhir/search/parse-query-string.ts';
import type { ParsedSearch, QueryPair } from '../../fhir/search/search-context.ts';
import type { SearchPage, StoredResource } from '../../storage/store.ts';
import type { FhirResponse } from '../http.ts';
import type { Presentation } from '../negotiation/presentation.ts';
import type { ServerContext } from '../server-context.ts';
import { type BundleLink, type EntryPieces, entryPieces, entryWith, renderBundle } from './bundle-pieces.ts';
import { outcomeOf } from './render-outcome.ts';
import { resourceBytes } from './render-resource.ts';

const TRUNCATED: Issue = {
  severity: 'warning',
  code: 'too-costly',
  text: 'There is more to include than one page may hold; some included resources are missing. A smaller "_count" brings fewer at a time.',
};

/**
 * The Bundle of a page of results (https://hl7.org/fhir/R4/search.html#return).
 *
 * @param path of the search below the base URL, as a GET has it: `Patient`, `Patient/1/*`.
 */
export function renderSearchset(
  context: ServerContext,
  path: string,
  search: ParsedSearch,
  page: SearchPage,
  presentation: Presentation,
): FhirResponse {
  const { definitions } = context;
  // Elements without a type are named for what is searched: they say nothing of what is included.
  const typed = presentation.elements?.filter((name) => /^[A-Z]/.test(name)) ?? [];
  // The Bundle is made pretty as a whole.
  const ofMatch = { ...presentation, pretty: false };
  const ofIncluded = { ...ofMatch, elements: typed.length === 0 ? undefined : typed };
  const entry = ({ type, id, body }: StoredResource, mode: 'match' | 'include', how: Presentation): EntryPieces =>
    entryWith(
      `${context.baseUrl}/${type}/${id}`,
      resourceBytes(body, how, definitions),
      `{"search":{"mode":"${mode}"}}`,
    );
  const issues = page.includedTruncated === true ? [...search.issues, TRUNCATED] : search.issues;
  const entries = [
    ...page.matches.map((match) => entry(match, 'match', ofMatch)),
    ...page.included.map((included) => entry(included, 'include', ofIncluded)),
    ...(issues.length === 0 ? [] : [outcomeEntry(outcomeOf(issues, definitions.version))]),
  ];
  const links = pageLinks(`${context.baseUrl}${path === '' ? '' : `/${path}`}`, search.understood, page.next);
  return renderBundle(
    { type: 'searchset', lastUpdated: context.now(), total: page.total, links },
    entries,
    presentation,
  );
}

function outcomeEntry(outcome: object): EntryPieces {
  return entryPieces(undefined, Buffer.from(stringifyJson(outcome)), { search: { mode: 'outcome' } });
}

/** `self` with what took effect, `next` with the cursor of the next page, `first` on every other page. */
export function pageLinks(
  url: string,
  parameters: readonly QueryPair[],
  next: string | undefined,
): readonly BundleLink[] {
  const rest = parameters.filter(([name]) => name !== '_cursor');
  const link = (relation: BundleLink['relation'], pairs: readonly QueryPair[]): BundleLink => ({
    relation,
    url: pairs.length === 0 ? url : `${url}?${formatQueryString(pairs)}`,
  });
  return [
    link('self', parameters),
    ...(rest.length < parameters.length ? [link('first', rest)] : []),
    ...(next === undefined ? [] : [link('next', [...rest, ['_cursor', next]])]),
  ];
}
