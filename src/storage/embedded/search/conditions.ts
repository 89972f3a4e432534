import type { Filter, ValueTest } from '../../../fhir/search/search-query.ts';
import type { Dictionaries, IndexKind } from '../dictionaries.ts';
import type { RecentVersions } from '../recent-versions.ts';
import { TYPE_SPAN } from '../schema.ts';
import { ftsQuery } from './full-text.ts';
import { dateCondition } from './ranges.ts';
import { all, any, anyOfMany, FALSE, oneOf, raw, type Sql, sql, TRUE } from './sql.ts';
import { entryKind, indexTable, rowCondition, type SearchTables } from './value-tests.ts';

/** What filters are compiled with. */
export interface CompileContext extends SearchTables {
  readonly dictionaries: Dictionaries;
  readonly recent: RecentVersions;
}

const ENTRY_KINDS: readonly IndexKind[] = [
  'string',
  'token',
  'reference',
  'date',
  'number',
  'quantity',
  'uri',
  'present',
];

/** The numbers of a parameter's entries of one kind, over the types searched. */
export function parameterNumbers(
  context: CompileContext,
  types: readonly string[],
  code: string,
  kind: IndexKind,
): number[] {
  return types
    .map((type) => context.dictionaries.parameter(type, code)?.get(kind))
    .filter((number) => number !== undefined);
}

/** `column` is a key of one of the types. */
export function ofTypes(context: CompileContext, column: string, types: readonly string[]): Sql {
  return any(
    types.map((type) => {
      const number = context.dictionaries.type(type);
      if (number === undefined) return FALSE;
      return sql`(${raw(column)} >= ${number * TYPE_SPAN} AND ${raw(column)} < ${(number + 1) * TYPE_SPAN})`;
    }),
  );
}

/** The resource whose key is `column` exists now. */
export function isLive(column: string): Sql {
  return raw(`EXISTS (SELECT 1 FROM resource x WHERE x.key = ${column} AND x.seq IS NOT NULL)`);
}

/**
 * The condition that the resource whose key is `column`, one of `types`, passes a filter. Everything is looked up from the resource: the
 * cost does not depend on how much else there is.
 */
export function condition(
  context: CompileContext,
  filter: Filter,
  column: string,
  types: readonly string[],
  depth = 0,
): Sql {
  const inner = (part: Filter) => condition(context, part, column, types, depth);
  switch (filter.op) {
    case 'and':
      return all(filter.filters.map(inner));
    case 'or':
      return any([...updatedParts(filter.filters, column), ...filter.filters.filter(isNotUpdated).map(inner)]);
    case 'not':
      return negate(inner(filter.filter));
    case 'types':
      return ofTypes(context, column, filter.types);
    case 'ids':
      return oneOf(column, keysOfIds(context, types, filter.ids));
    case 'lastUpdated':
      return any(updatedParts([filter], column));
    case 'missing':
      return missing(context, filter.parameter, column, types);
    case 'match':
      return any(
        matchRows(context, filter, types).map(
          ({ table, rows }) => sql`EXISTS (SELECT 1 FROM ${raw(table)} i WHERE i.key = ${raw(column)} AND ${rows})`,
        ),
      );
    case 'composite':
      return any(
        compositeRows(context, filter, types).map(
          ({ from, where }) => sql`EXISTS (SELECT 1 FROM ${from} WHERE i0.key = ${raw(column)} AND ${where})`,
        ),
      );
    case 'chain': {
      const params = parameterNumbers(context, types, filter.parameter, 'reference');
      if (params.length === 0) return FALSE;
      const alias = `c${depth}`;
      const target = condition(context, filter.filter, `${alias}.target`, [filter.type], depth + 1);
      return sql`EXISTS (SELECT 1 FROM reference_index ${raw(alias)} WHERE ${raw(alias)}.key = ${raw(column)} AND ${oneOf(`${alias}.param`, params)} AND ${all([ofTypes(context, `${alias}.target`, [filter.type]), isLive(`${alias}.target`), target])})`;
    }
    case 'has': {
      const params = parameterNumbers(context, [filter.type], filter.parameter, 'reference');
      if (params.length === 0) return FALSE;
      const alias = `c${depth}`;
      const source = condition(context, filter.filter, `${alias}.key`, [filter.type], depth + 1);
      return sql`EXISTS (SELECT 1 FROM reference_index ${raw(alias)} WHERE ${oneOf(`${alias}.param`, params)} AND ${raw(alias)}.target = ${raw(column)} AND ${source})`;
    }
    case 'text': {
      const query = ftsQuery(filter.field, filter.text);
      return query === undefined
        ? FALSE
        : sql`${raw(column)} IN (SELECT rowid FROM text_index WHERE text_index MATCH ${query})`;
    }
  }
}

type UpdatedFilter = Filter & { op: 'lastUpdated' };

function isNotUpdated(filter: Filter): boolean {
  return filter.op !== 'lastUpdated';
}

/** One look-up for all the tests of `lastUpdated` in an alternative: there may be thousands. */
function updatedParts(filters: readonly Filter[], column: string): Sql[] {
  const tests = filters
    .filter((filter): filter is UpdatedFilter => filter.op === 'lastUpdated')
    .map(({ test }) => updatedCondition(test));
  if (tests.length === 0) return [];
  return [sql`EXISTS (SELECT 1 FROM resource x WHERE x.key = ${raw(column)} AND ${anyOfMany(tests)})`];
}

function negate(part: Sql): Sql {
  if (part.text === TRUE.text) return FALSE;
  return part.text === FALSE.text ? TRUE : sql`NOT ${part}`;
}

/** The condition that `lastUpdated` (an instant to the ms) of `resource x` passes a date test. */
export function updatedCondition(test: ValueTest & { kind: 'date' }, alias = 'x'): Sql {
  return dateCondition(test, { low: raw(`${alias}.updated`), high: raw(`(${alias}.updated + 1)`) });
}

/** The keys of ids, over the types searched. */
export function keysOfIds(context: CompileContext, types: readonly string[], ids: readonly string[]): number[] {
  return types.flatMap((type) =>
    ids.map((id) => context.identities.find(type, id)?.key).filter((key) => key !== undefined),
  );
}

function missing(context: CompileContext, parameter: string, column: string, types: readonly string[]): Sql {
  // A composite has entries under its parts' names alone.
  const codes = [parameter, `${parameter}$0`];
  return all(
    ENTRY_KINDS.flatMap((kind) => {
      const params = codes.flatMap((code) => parameterNumbers(context, types, code, kind));
      if (params.length === 0) return [];
      return [
        sql`NOT EXISTS (SELECT 1 FROM ${raw(indexTable(kind))} i WHERE i.key = ${raw(column)} AND ${oneOf('i.param', params)})`,
      ];
    }),
  );
}

/** Where rows that pass a `match` filter stand: for each kind of entry, its table and the condition on a row `i`. */
export function matchRows(
  context: CompileContext,
  filter: Filter & { op: 'match' },
  types: readonly string[],
): { readonly table: string; readonly kind: IndexKind; readonly rows: Sql }[] {
  const byKind = new Map<IndexKind, ValueTest[]>();
  for (const test of filter.tests) {
    const kind = entryKind(test);
    const tests = byKind.get(kind);
    if (tests === undefined) byKind.set(kind, [test]);
    else tests.push(test);
  }
  return [...byKind].flatMap(([kind, tests]) => {
    const params = parameterNumbers(context, types, filter.parameter, kind);
    if (params.length === 0) return [];
    const values = rowCondition(context, 'i', tests);
    return values.text === FALSE.text
      ? []
      : [{ table: indexTable(kind), kind, rows: all([oneOf('i.param', params), values]) }];
  });
}

/** For each tuple of a composite: the join of its parts' rows, which come from one element of one resource. */
export function compositeRows(
  context: CompileContext,
  filter: Filter & { op: 'composite' },
  types: readonly string[],
): { readonly from: Sql; readonly where: Sql }[] {
  return filter.tuples.flatMap((tuple) => {
    const parts = tuple.map((test, n) => {
      const kind = entryKind(test);
      const params = parameterNumbers(context, types, `${filter.parameter}$${n}`, kind);
      const same = n === 0 ? TRUE : raw(`i${n}.key = i0.key AND i${n}.grp = i0.grp`);
      return {
        table: raw(`${indexTable(kind)} i${n}`),
        where:
          params.length === 0
            ? FALSE
            : all([oneOf(`i${n}.param`, params), same, rowCondition(context, `i${n}`, [test])]),
      };
    });
    const where = all(parts.map((part) => part.where));
    if (where.text === FALSE.text) return [];
    return [{ from: raw(parts.map(({ table }) => table.text).join(' CROSS JOIN ')), where }];
  });
}
