import type { Filter, SearchQuery } from '../../../fhir/search/search-query.ts';
import { TYPE_SPAN } from '../schema.ts';
import { type CompileContext, condition } from './conditions.ts';
import { ESTIMATE_BOUND } from './estimates.ts';
import { type Estimate, flatten, keySet, residual } from './key-set.ts';
import { oneOf, type Sql, sql } from './sql.ts';

/** How the matches of a query are found. */
export interface Plan {
  /** A SELECT of the candidates' `key`; a key may come more than once. */
  readonly candidates: Sql;
  /** What a candidate `m.key` must pass besides. */
  readonly conditions: Sql;
  /** The whole filter as a condition on a live `m.key` of the types, wherever that comes from. */
  readonly everything: () => Sql;
  /** About how many candidates there are, counted to a bound; undefined: all of the type. */
  readonly size: number | undefined;
  /** About which part of the type matches, if its conditions have nothing to do with one another. */
  readonly share: () => number;
}

/** Beyond so many unordered candidates, a walk over the type that stops when the page is full is likely to be shorter. */
const WALK_FROM = 2_000;

/** Decides where the candidates come from: the smallest index range that the filter has, or a walk over the types. */
export function plan(context: CompileContext, query: SearchQuery, estimate: Estimate): Plan {
  const { types, filter } = query;
  const set = keySet(context, filter, types, estimate);
  if (set === undefined) return walk(context, types, filter);
  const size = estimate(set);
  const firstPage = query.sort.length === 0 && query.count > 0 && query.total !== 'accurate';
  if (firstPage && !set.ordered && size >= WALK_FROM) return walk(context, types, filter);
  return {
    candidates: set.select,
    conditions: residual(context, set, filter, 'm.key', types),
    everything: () => condition(context, filter, 'm.key', types),
    size,
    share: () => shareOf(context, filter, types, estimate),
  };
}

/** The product of the conditions' shares. A count that reached its bound stands for anything above it: halfway, then. */
function shareOf(context: CompileContext, filter: Filter, types: readonly string[], estimate: Estimate): number {
  const total = types.reduce((sum, type) => sum + context.dictionaries.resources(type), 1);
  const shares = flatten(filter).map((part) => {
    const set = keySet(context, part, types, estimate);
    if (set === undefined) return 1;
    const size = estimate(set);
    return Math.min(1, (size < ESTIMATE_BOUND ? size : (size + total) / 2) / total);
  });
  return shares.reduce((product, share) => product * share, 1);
}

/** All live resources of the types, in the order of their keys. */
function walk(context: CompileContext, types: readonly string[], filter: Filter): Plan {
  const numbers = types.map((type) => context.dictionaries.type(type)).filter((number) => number !== undefined);
  const [only] = numbers;
  const range =
    only !== undefined && numbers.length === 1
      ? sql`r.key >= ${only * TYPE_SPAN} AND r.key < ${(only + 1) * TYPE_SPAN}`
      : oneOf('r.type', numbers);
  const conditions = condition(context, filter, 'm.key', types);
  return {
    candidates: sql`SELECT r.key AS key FROM resource r WHERE ${range} AND r.seq IS NOT NULL`,
    conditions,
    everything: () => conditions,
    size: undefined,
    share: () => 1,
  };
}
