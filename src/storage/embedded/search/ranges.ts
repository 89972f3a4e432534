import type { ValueTest } from '../../../fhir/search/search-query.ts';
import { all, any, raw, type Sql, sql } from './sql.ts';

type RangeTest = ValueTest & { readonly kind: 'date' | 'number' | 'quantity' };

/** The columns that hold an entry's range. */
export interface RangeColumns {
  readonly low: Sql;
  readonly high: Sql;
}

/** A date test over [low, high) entries: the table in search-query.ts, in SQL that the indexes on low and on high serve. */
export function dateCondition({ prefix, low, high }: RangeTest, columns: RangeColumns): Sql {
  const { low: el, high: eh } = columns;
  // el < high follows from eh ≤ high; it bounds the walk of the index.
  const within = sql`(${el} >= ${low} AND ${el} < ${high} AND ${eh} <= ${high})`;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return sql`NOT ${within}`;
    case 'gt':
      return sql`${eh} > ${high}`;
    case 'lt':
      return sql`${el} < ${low}`;
    case 'ge':
      // gt or eq, as one range with a rest.
      return sql`(${eh} > ${low} AND (${eh} > ${high} OR ${el} >= ${low}))`;
    case 'le':
      return sql`(${el} < ${high} AND (${el} < ${low} OR ${eh} <= ${high}))`;
    case 'sa':
      return sql`${el} >= ${high}`;
    case 'eb':
      return sql`${eh} <= ${low}`;
    case 'ap':
      return sql`(${el} < ${high} AND ${eh} > ${low})`;
  }
}

/** A number or quantity test over closed entries, most of which are points. */
export function numberCondition(
  { prefix, low, high }: { prefix: RangeTest['prefix']; low: number; high: number },
  columns: RangeColumns,
): Sql {
  const { low: el, high: eh } = columns;
  const within = sql`(${el} >= ${low} AND ${el} < ${high} AND ${eh} < ${high})`;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return sql`NOT ${within}`;
    // A point's low is its high: the index on low finds it; ranges proper have a small index of their own.
    case 'gt':
      return any([sql`${el} > ${low}`, sql`(${eh} > ${el} AND ${eh} > ${low})`]);
    case 'ge':
      return any([sql`${el} >= ${low}`, sql`(${eh} > ${el} AND ${eh} >= ${low})`]);
    case 'lt':
      return sql`${el} < ${low}`;
    case 'le':
      return sql`${el} <= ${low}`;
    case 'sa':
      return sql`${el} > ${low}`;
    case 'eb':
      return sql`(${el} < ${low} AND ${eh} < ${low})`;
    case 'ap':
      return all([sql`${el} <= ${high}`, any([sql`${el} >= ${low}`, sql`(${eh} > ${el} AND ${eh} >= ${low})`])]);
  }
}

/** The columns `low` and `high` of an alias. */
export function rangeColumns(alias: string, prefix = ''): RangeColumns {
  return { low: raw(`${alias}.${prefix}low`), high: raw(`${alias}.${prefix}high`) };
}
