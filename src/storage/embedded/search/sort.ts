import type { SortKey } from '../../../fhir/search/search-query.ts';
import type { CursorValues } from '../cursor.ts';
import type { IndexKind } from '../dictionaries.ts';
import type { SqlValue } from '../sqlite.ts';
import { type CompileContext, parameterNumbers } from './conditions.ts';
import { all, any, oneOf, raw, type Sql, sql } from './sql.ts';
import { indexTable } from './value-tests.ts';

/** By which column of its index a kind of parameter is sorted. */
const SORT_COLUMNS = {
  string: 's.folded',
  token: '(SELECT code FROM concept WHERE number = s.concept)',
  reference: '(SELECT id FROM resource WHERE key = s.target)',
  date: 's.low',
  number: 's.low',
  quantity: 's.low',
  uri: 's.uri',
} as const;

/** The value that `m.key` is sorted by: of several the least ascending, the greatest descending; NULL when it has none. */
export function sortValue(context: CompileContext, types: readonly string[], key: SortKey): Sql {
  if (key.parameter === '_id') return raw('(SELECT id FROM resource WHERE key = m.key)');
  if (key.parameter === '_lastUpdated') return raw('(SELECT updated FROM resource WHERE key = m.key)');
  const kind: IndexKind = key.type;
  const codes = [key.parameter, ...(key.also ?? [])];
  const params = codes.flatMap((code) => parameterNumbers(context, types, code, kind));
  if (params.length === 0) return raw('NULL');
  // The unary plus keeps SQLite from walking the whole parameter in the order of the value to find this resource's.
  const pick = raw(`${key.descending ? 'max' : 'min'}(+${SORT_COLUMNS[key.type]})`);
  return sql`(SELECT ${pick} FROM ${raw(indexTable(kind))} s WHERE s.key = m.key AND ${oneOf('s.param', params)})`;
}

/** ORDER BY over the columns s0, s1 … and key; missing values last. */
export function orderBy(sort: readonly SortKey[]): Sql {
  const terms = sort.map((key, n) => `s${n} ${key.descending ? 'DESC' : 'ASC'} NULLS LAST`);
  return raw([...terms, 'key'].join(', '));
}

/** The condition that a row comes after the cursor's in {@link orderBy}. */
export function after(sort: readonly SortKey[], cursor: CursorValues): Sql {
  const columns = [
    ...sort.map((key, n) => ({ name: `s${n}`, descending: key.descending })),
    { name: 'key', descending: false },
  ];
  return any(
    columns.map((column, n) =>
      all([
        ...columns.slice(0, n).map(({ name }, i) => same(name, cursor[i] ?? null)),
        beyond(column, cursor[n] ?? null),
      ]),
    ),
  );
}

function same(column: string, value: SqlValue): Sql {
  return sql`${raw(column)} IS ${value}`;
}

function beyond({ name, descending }: { name: string; descending: boolean }, value: SqlValue): Sql {
  if (value === null) return raw('0');
  return sql`(${raw(name)} IS NULL OR ${raw(name)} ${raw(descending ? '<' : '>')} ${value})`;
}
