import { type Filter, MATCH_ALL } from '../../../fhir/search/search-query.ts';
import {
  type CompileContext,
  compositeRows,
  condition,
  isLive,
  keysOfIds,
  matchRows,
  ofTypes,
  parameterNumbers,
  updatedCondition,
} from './conditions.ts';
import { ftsQuery } from './full-text.ts';
import { all, oneOf, raw, type Sql, sql } from './sql.ts';

/** A SELECT of a column `key`, straight from an index: the keys of the resources that pass a filter, some perhaps several times. */
export interface KeySet {
  readonly select: Sql;
  /** The filter that every key passes; what else a query asks for is still to be checked. */
  readonly passes: Filter;
  /** All keys are of live resources of the types searched. */
  readonly exact: boolean;
  /** The rows come in the order of their keys, with no work: a page needs not look at all of them. */
  readonly ordered: boolean;
}

/** How many index rows a set has, counted no further than a bound. */
export type Estimate = (set: KeySet) => number;

/** The set of one filter where an index gives it, else undefined (a negation, a missing value). */
export function keySet(
  context: CompileContext,
  filter: Filter,
  types: readonly string[],
  estimate: Estimate,
): KeySet | undefined {
  const keys = (select: Sql, exact: boolean): KeySet => ({ select, passes: filter, exact, ordered: false });
  switch (filter.op) {
    case 'and':
      return smallest(context, filter, types, estimate);
    case 'or': {
      const parts = filter.filters.map((part) => keySet(context, part, types, estimate));
      return union(parts, filter, (part, n) => part.passes === filter.filters[n]);
    }
    case 'ids':
      return keys(
        sql`SELECT value AS key FROM json_each(${JSON.stringify(keysOfIds(context, types, filter.ids))})`,
        false,
      );
    case 'lastUpdated': {
      const numbers = types.map((type) => context.dictionaries.type(type)).filter((number) => number !== undefined);
      const rows = all([oneOf('x.type', numbers), raw('x.seq IS NOT NULL'), updatedCondition(filter.test)]);
      return keys(sql`SELECT x.key AS key FROM resource x WHERE ${rows}`, true);
    }
    case 'match': {
      const sets = matchRows(context, filter, types).map(({ table, rows }) => ({
        ...keys(sql`SELECT i.key AS key FROM ${raw(table)} i WHERE ${rows}`, true),
        ordered: isEquality(rows),
      }));
      return union(sets, filter);
    }
    case 'composite': {
      const sets = compositeRows(context, filter, types).map(({ from, where }) =>
        keys(sql`SELECT i0.key AS key FROM ${from} WHERE ${where}`, true),
      );
      return union(sets, filter);
    }
    case 'chain':
    case 'has': {
      const far = keySet(context, filter.filter, [filter.type], estimate);
      if (far === undefined) return undefined;
      const start = sql`(SELECT DISTINCT key FROM (${far.select})) t CROSS JOIN reference_index c`;
      const forward = filter.op === 'chain';
      const few = forward ? fewTargets(context, far, filter, types) : undefined;
      if (few !== undefined) return few;
      const params = oneOf(
        'c.param',
        parameterNumbers(context, forward ? types : [filter.type], filter.parameter, 'reference'),
      );
      const rest = residual(context, far, filter.filter, 't.key', [filter.type]);
      return forward
        ? keys(sql`SELECT c.key AS key FROM ${start} WHERE ${params} AND c.target = t.key AND ${rest}`, true)
        : keys(sql`SELECT c.target AS key FROM ${start} WHERE c.key = t.key AND ${params} AND ${rest}`, false);
    }
    case 'text': {
      const query = ftsQuery(filter.field, filter.text);
      if (query === undefined) return nothing(filter);
      return keys(sql`SELECT rowid AS key FROM text_index WHERE text_index MATCH ${query}`, false);
    }
    case 'not':
    case 'missing':
    case 'types':
      return undefined;
  }
}

/** So many targets of a chain are put into the query as they are. */
const FEW_TARGETS = 4;

/**
 * A chain that leads to a few resources is as good as a reference to them: with one, the index gives the matches in the order of their keys,
 * and a page needs not look at them all.
 */
function fewTargets(
  context: CompileContext,
  far: KeySet,
  filter: Filter & { op: 'chain' | 'has' },
  types: readonly string[],
): KeySet | undefined {
  const rest = residual(context, far, filter.filter, 't.key', [filter.type]);
  // A key may come several times; finding that out here costs less than DISTINCT.
  const most = FEW_TARGETS * 4;
  const { text, values } = sql`SELECT t.key AS key FROM (${far.select}) t WHERE ${rest} LIMIT ${most}`;
  const found = context.database.cached(text).all(...values);
  const targets = [...new Set(found.map((row) => Number(row.key)))];
  if (found.length === most || targets.length > FEW_TARGETS) return undefined;
  const params = parameterNumbers(context, types, filter.parameter, 'reference');
  const rows = all([oneOf('i.param', params), oneOf('i.target', targets)]);
  const select = sql`SELECT i.key AS key FROM reference_index i WHERE ${rows}`;
  return { select, passes: filter, exact: true, ordered: isEquality(rows) };
}

/** Only (param, value) = constants leaves the rest of the index, the key, in order. */
function isEquality(rows: Sql): boolean {
  return rows.text === '(i.param = ? AND i.concept = ?)' || rows.text === '(i.param = ? AND i.target = ?)';
}

/** What the keys of a set, in `column`, must still pass so that they pass `filter`. */
export function residual(
  context: CompileContext,
  set: KeySet,
  filter: Filter,
  column: string,
  types: readonly string[],
): Sql {
  const parts = flatten(filter).filter((part) => part !== set.passes);
  const rest = all(parts.map((part) => condition(context, part, column, types)));
  return set.exact ? rest : all([ofTypes(context, column, types), isLive(column), rest]);
}

/** The conditions that a filter asks for together. */
export function flatten(filter: Filter): readonly Filter[] {
  return filter.op === 'and' ? filter.filters.flatMap(flatten) : [filter];
}

/** The smallest of the sets that the parts of an `and` give. */
function smallest(
  context: CompileContext,
  filter: Filter & { op: 'and' | 'or' },
  types: readonly string[],
  estimate: Estimate,
): KeySet | undefined {
  const sets = filter.filters.map((part) => keySet(context, part, types, estimate)).filter((set) => set !== undefined);
  if (sets.length <= 1) return sets[0];
  const sizes = sets.map((set) => estimate(set));
  const least = Math.min(...sizes);
  const candidates = sets.filter((_, i) => sizes[i] === least);
  return candidates.find((set) => set.ordered) ?? candidates[0];
}

/** All of several sets; what they pass together is `filter` when each passes its own part of it. */
function union(
  sets: readonly (KeySet | undefined)[],
  filter: Filter,
  complete: (set: KeySet, n: number) => boolean = () => true,
): KeySet | undefined {
  const known = sets.filter((set) => set !== undefined);
  if (known.length < sets.length) return undefined;
  const [first] = known;
  if (first === undefined) return nothing(filter);
  if (known.length === 1) return complete(first, 0) ? { ...first, passes: filter } : first;
  // SQLite takes 500 terms of a compound; so wide an alternative is better checked resource by resource.
  if (known.length > 100) return undefined;
  return {
    select: {
      text: known.map(({ select }) => `SELECT key FROM (${select.text})`).join(' UNION ALL '),
      values: known.flatMap(({ select }) => select.values),
    },
    passes: known.every(complete) ? filter : MATCH_ALL,
    exact: known.every(({ exact }) => exact),
    ordered: false,
  };
}

function nothing(filter: Filter): KeySet {
  return { select: raw('SELECT NULL AS key WHERE 0'), passes: filter, exact: true, ordered: true };
}
