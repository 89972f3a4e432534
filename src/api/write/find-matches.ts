import { parseCriteria } from '../../fhir/search/parse-criteria.ts';
import type { SearchQuery } from '../../fhir/search/search-query.ts';
import type { Guard, StoredResource } from '../../storage/store.ts';
import type { ServerContext } from '../server-context.ts';

/** What a condition is true of, and what holds it to that until the commit. */
export interface FoundMatches {
  readonly matches: readonly StoredResource[];
  /** There are more than `limit`. */
  readonly more: boolean;
  readonly guard: Guard;
}

/**
 * Evaluates the condition of a conditional interaction: `name=value&…`, with or without `Type?` before it.
 *
 * @throws FhirError 400 when it can't be understood.
 */
export async function findMatches(
  context: ServerContext,
  type: string,
  condition: string,
  limit: number,
): Promise<FoundMatches> {
  const prefix = `${type}?`;
  const text = condition.startsWith(prefix) ? condition.slice(prefix.length) : condition;
  const { filter, criteria } = await parseCriteria(type, text, context.search);
  const query: SearchQuery = {
    types: [type],
    filter,
    sort: [],
    includes: [],
    count: limit,
    total: 'none',
    upToDate: true,
  };
  const { matches, next, asOf } = await context.store.search(query);
  const guard: Guard = { query, criteria, ids: matches.map(({ id }) => id), asOf };
  return { matches, more: next !== undefined, guard };
}
