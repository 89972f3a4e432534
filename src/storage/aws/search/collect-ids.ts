import { SearchTooCostlyError } from '../../store.ts';
import { FIELDS } from '../index/fields.ts';
import { searchTypes } from './engine-search.ts';
import type { Query } from './query-dsl.ts';
import type { SearchSession } from './search-session.ts';

/** `index.max_result_window`. */
const PAGE = 10_000;

/** Resources that a chain or `_has` may lead over. */
export const MAX_LINKED = 100_000;

/**
 * The ids of all resources that pass a query, by type.
 *
 * @throws SearchTooCostlyError with `narrow` in it when there are too many
 */
export async function collectIds(
  session: SearchSession,
  types: readonly string[],
  query: Query,
  narrow: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const limit = session.context.maxLinked ?? MAX_LINKED;
  const ids = new Map<string, string[]>(types.map((type) => [type, []]));
  for (let after: readonly unknown[] | undefined, found = 0; ; ) {
    const { hits } = await searchTypes(session, types, query, {
      size: PAGE,
      sort: [{ [FIELDS.id]: 'asc' }, { [FIELDS.type]: 'asc' }],
      ...(after !== undefined && { search_after: after }),
      // Sort values are all that is read: nothing is fetched of a document.
      _source: false,
      stored_fields: '_none_',
      track_total_hits: after === undefined ? limit + 1 : false,
    });
    found += hits.hits.length;
    if (Math.max(hits.total?.value ?? 0, found) > limit) throw tooMany(limit, narrow);
    for (const { sort } of hits.hits) ids.get(String(sort[1]))?.push(String(sort[0]));
    if (hits.hits.length < PAGE) return ids;
    after = hits.hits.at(-1)?.sort;
  }
}

export function tooMany(limit: number, narrow: string): SearchTooCostlyError {
  return new SearchTooCostlyError(`More than ${limit} resources pass ${narrow}. Make it narrower.`);
}
