import { collectIds } from './collect-ids.ts';
import { withIds } from './of-type.ts';
import { allOf, anyOf, type BoolQuery, not, type Query } from './query-dsl.ts';
import type { SearchSession } from './search-session.ts';

/** OpenSearch refuses a query of more than 1,024 clauses (`indices.query.bool.max_clause_count`), in whatever depth. */
const MOST_CLAUSES = 900;

/** Parts of no more clauses than this are left as they are. */
const FEW_CLAUSES = MOST_CLAUSES / 4;

/** And takes no query of any depth. */
const MOST_LEVELS = 16;

/** A part of a query, measured. */
interface Part {
  readonly query: Query;
  readonly clauses: number;
  readonly levels: number;
}

/**
 * A query that OpenSearch takes: of one that is too large or too deep, parts are searched for before, and their results' ids put in their
 * place.
 *
 * @throws SearchTooCostlyError when a part has too many results
 */
export async function fitQuery(session: SearchSession, query: Query, types: readonly string[]): Promise<Query> {
  const part = measured(query);
  return fits(part) ? query : (await shrunk(session, part, types)).query;
}

function fits({ clauses, levels }: Part): boolean {
  return clauses <= MOST_CLAUSES && levels <= MOST_LEVELS;
}

/** Counted as Lucene does, or higher: a range or a list of terms may be looked up in two ways, and counts twice. */
function measured(query: Query): Part {
  const { bool, nested } = query;
  if (nested !== undefined) return { ...measured(nested.query), query };
  if (bool === undefined) return { query, clauses: query.term === undefined ? 2 : 1, levels: 0 };
  const inner = [...(bool.filter ?? []), ...(bool.should ?? []), ...(bool.must_not ?? [])].map(measured);
  return {
    query,
    clauses: inner.reduce((sum, { clauses }) => sum + clauses, 0),
    levels: 1 + inner.reduce((most, { levels }) => Math.max(most, levels), 0),
  };
}

async function shrunk(session: SearchSession, part: Part, types: readonly string[]): Promise<Part> {
  const { bool } = part.query;
  if (bool === undefined) return part;
  const parts = async (queries: readonly Query[] = []) =>
    Promise.all(
      queries.map(async (query) => {
        const inner = measured(query);
        const smaller = fits(inner) ? inner : await shrunk(session, inner, types);
        return smaller.levels < MOST_LEVELS ? smaller : replaced(session, smaller, types);
      }),
    );
  const [filter, should, mustNot] = await Promise.all([parts(bool.filter), parts(bool.should), parts(bool.must_not)]);
  const whole = measured(joined(filter, should, mustNot));
  if (fits(whole)) return whole;
  const [fewerFilter, fewerShould, fewerMustNot] = await Promise.all([
    packed(session, filter, types, allOf),
    packed(session, should, types, anyOf),
    packed(session, mustNot, types, anyOf),
  ]);
  return measured(joined(fewerFilter, fewerShould, fewerMustNot));
}

function joined(filter: readonly Part[], should: readonly Part[], mustNot: readonly Part[]): Query {
  const queries = (parts: readonly Part[]) => (parts.length === 0 ? undefined : parts.map(({ query }) => query));
  const bool: BoolQuery = { filter: queries(filter), should: queries(should), must_not: queries(mustNot) };
  return { bool };
}

/** Parts in bundles as large as can be, and each bundle replaced by its results. */
async function packed(
  session: SearchSession,
  parts: readonly Part[],
  types: readonly string[],
  together: (queries: readonly Query[]) => Query,
): Promise<readonly Part[]> {
  if (parts.reduce((sum, { clauses }) => sum + clauses, 0) <= FEW_CLAUSES) return parts;
  const bundles: Query[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const { query, clauses } of parts) {
    size += clauses;
    if (size > MOST_CLAUSES) {
      bundles.push([]);
      size = clauses;
    }
    bundles.at(-1)?.push(query);
  }
  return Promise.all(bundles.map((bundle) => replaced(session, measured(together(bundle)), types)));
}

/** The results of a part in its place; of a negation, the results of what it negates. */
async function replaced(session: SearchSession, { query }: Part, types: readonly string[]): Promise<Part> {
  const negated = query.bool?.must_not;
  if (negated !== undefined && query.bool?.filter === undefined)
    return measured(not((await replaced(session, measured(anyOf(negated)), types)).query));
  const found = await collectIds(session, types, query, 'one of many alternatives');
  return measured(withIds(types, found));
}
