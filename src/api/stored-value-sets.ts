import type { Filter, SearchQuery } from '../fhir/search/search-query.ts';
import type { CodeSet, Terminology } from '../fhir/terminology/terminology.ts';
import type { Store } from '../storage/store.ts';
import { parseStored } from './render/render-resource.ts';

/** Finds the codes of value sets that are stored here, for `:in` and `:not-in`: by `ValueSet/id`, or by `url` or `url|version`. */
export function storedValueSets(
  store: Store,
  terminology: Terminology,
): (reference: string) => Promise<CodeSet | undefined> {
  return async (reference) => {
    const id = /^ValueSet\/([A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1];
    const found = id === undefined ? await byUrl(store, reference) : await store.read('ValueSet', id);
    return found?.body === undefined ? undefined : terminology.expandResource(parseStored(found.body));
  };
}

/** Of several versions, the one that was changed last. */
async function byUrl(store: Store, canonical: string) {
  const [url = '', version] = canonical.split('|');
  const filters: Filter[] = [{ op: 'match', parameter: 'url', tests: [{ kind: 'uri', match: 'exact', uri: url }] }];
  if (version !== undefined)
    filters.push({ op: 'match', parameter: 'version', tests: [{ kind: 'token', code: version }] });
  const query: SearchQuery = {
    types: ['ValueSet'],
    filter: { op: 'and', filters },
    sort: [{ parameter: '_lastUpdated', type: 'date', descending: true }],
    includes: [],
    count: 1,
    total: 'none',
  };
  const { matches } = await store.search(query);
  return matches[0];
}
