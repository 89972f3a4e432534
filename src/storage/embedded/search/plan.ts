import type { SearchQuery } from '../../../fhir/search/search-query.ts';
import { TYPE_SPAN } from '../schema.ts';
import { type CompileContext, condition } from './conditions.ts';
import { type Estimate, keySet, residual } from './key-set.ts';
import { FALSE, oneOf, raw, type Sql, sql, TRUE } from './sql.ts';

/** How the matches of a query are found. */
export interface Plan {
  /** A SELECT of the candidates' `key`; a key may come more than once. */
  readonly candidates: Sql;
  /** What a candidate `m.key` must pass besides. */
  readonly conditions: Sql;
  /** The whole filter as a condition on a live `m.key` of the types, wherever that comes from. */
  readonly everything: Sql;
  /** Candidates come in the order of their keys with no work. */
  readonly ordered: boolean;
  /** About how many candidates there are, counted to a bound; undefined: all of the type. */
  readonly size: number | undefined;
}

/** Beyond so many unordered candidates, a walk over the type that stops when the page is full is likely to be shorter. */
const WALK_FROM = 2_000;

/** Decides where the candidates come from: the smallest index range that the filter has, or a walk over the types. */
export function plan(context: CompileContext, query: SearchQuery, estimate: Estimate): Plan {
  const { types, filter } = query;
  const conditions = condition(context, filter, 'm.key', types);
  if (conditions.text === FALSE.text)
    return {
      candidates: raw('SELECT NULL AS key WHERE 0'),
      conditions,
      everything: conditions,
      ordered: true,
      size: 0,
    };
  const set = conditions.text === TRUE.text ? undefined : keySet(context, filter, types, estimate);
  if (set === undefined) return walk(context, types, conditions);
  const size = estimate(set);
  const firstPage = query.sort.length === 0 && query.count > 0 && query.total !== 'accurate';
  if (firstPage && !set.ordered && size >= WALK_FROM) return walk(context, types, conditions);
  return {
    candidates: set.select,
    conditions: residual(context, set, filter, 'm.key', types),
    everything: conditions,
    ordered: set.ordered,
    size,
  };
}

/** All live resources of the types, in the order of their keys. */
function walk(context: CompileContext, types: readonly string[], conditions: Sql): Plan {
  const numbers = types.map((type) => context.dictionaries.type(type)).filter((number) => number !== undefined);
  const [only] = numbers;
  const range =
    only !== undefined && numbers.length === 1
      ? sql`r.key >= ${only * TYPE_SPAN} AND r.key < ${(only + 1) * TYPE_SPAN}`
      : oneOf('r.type', numbers);
  return {
    candidates: sql`SELECT r.key AS key FROM resource r WHERE ${range} AND r.seq IS NOT NULL`,
    conditions,
    everything: conditions,
    ordered: true,
    size: undefined,
  };
}
