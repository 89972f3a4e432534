import type { SearchQuery } from '../fhir/search/search-query.ts';
import type { Guard, SearchPage } from './store.ts';

/** The search that tells whether a guard holds: no more than is needed for that. */
export function guardQuery({ query, ids }: Guard): SearchQuery {
  return { ...query, sort: [], includes: [], total: 'none', cursor: undefined, count: ids.length + 1 };
}

/** Whether a guard holds, by what its {@link guardQuery} has found: exactly the resources that it names. */
export function guardHolds({ ids }: Guard, { matches, next }: SearchPage): boolean {
  return next === undefined && matches.length === ids.length && matches.every(({ id }) => ids.includes(id));
}
