import type { SearchQuery, SortKey } from '../../../fhir/search/search-query.ts';
import type { CursorValues } from '../cursor.ts';
import { type CompileContext, ofTypes, parameterNumbers } from './conditions.ts';
import { ESTIMATE_BOUND } from './estimates.ts';
import type { Plan } from './plan.ts';
import type { PageKeys } from './search-page.ts';
import { all, raw, type Sql, sql, TRUE } from './sql.ts';
import { indexTable } from './value-tests.ts';

/** A step of a walk costs about what fetching a candidate's sort value and sorting it costs (measured: 0.5 µs each). */
const STEPS_A_CANDIDATE = 1;
/** Where there are too many candidates to count, a walk may go so far. */
const LONGEST_WALK = 100_000;

const WALKED = { date: 'low', number: 'low', quantity: 'low', string: 'folded', uri: 'uri' } as const;

/**
 * A page in the order of one indexed value, found by walking that index: the cost is the page's, not that of all matches. Undefined where
 * it does not apply (several sort keys, a kind whose index has another order) or does not pay: the walk is given up when it has cost as much as
 * sorting the candidates would.
 */
export function sortedWalk(
  context: CompileContext,
  query: SearchQuery,
  found: Plan,
  cursor: CursorValues | undefined,
): PageKeys | undefined {
  const [key] = query.sort;
  if (key === undefined || query.sort.length > 1 || query.types.length > 1) return undefined;
  const budget = budgetOf(query, found);
  if (budget !== undefined && (query.count + 1) / found.share() > budget) return undefined;
  const everything = found.everything();
  if (key.parameter === '_lastUpdated') {
    return budget === undefined ? { rows: updatedWalk(context, query, key, everything, cursor) } : undefined;
  }
  const column = key.type === 'token' || key.type === 'reference' ? undefined : WALKED[key.type];
  const codes = [key.parameter, ...(key.also ?? [])];
  const params = codes.flatMap((code) => parameterNumbers(context, query.types, code, key.type));
  if (column === undefined || params.length !== 1 || key.parameter === '_id') return undefined;
  const walk: Walk = { table: indexTable(key.type), column, param: params[0] ?? 0, descending: key.descending };
  const valued =
    cursor !== undefined && cursor[0] === null ? [] : valueWalk(context, query, walk, everything, cursor, budget);
  if (valued.length > query.count) return { rows: valued };
  // The end of the page may lie beyond the end of the walk.
  if (budget !== undefined) return undefined;
  const rest = missingWalk(context, query, walk, everything, cursor?.[0] === null ? cursor : undefined, valued.length);
  return { rows: [...valued, ...rest] };
}

/** How many rows a walk may look at; undefined: there is no other way. */
function budgetOf({ count }: SearchQuery, { size }: Plan): number | undefined {
  if (size === undefined) return undefined;
  return size < ESTIMATE_BOUND ? Math.max(size * STEPS_A_CANDIDATE, count) : LONGEST_WALK;
}

interface Walk {
  readonly table: string;
  readonly column: string;
  readonly param: number;
  readonly descending: boolean;
}

function rows(context: CompileContext, statement: Sql) {
  return context.database.cached(statement.text).all(...statement.values);
}

/** Those that have a value. A resource with several stands at its first in the order; its other rows are passed over. */
function valueWalk(
  context: CompileContext,
  query: SearchQuery,
  walk: Walk,
  everything: Sql,
  cursor: CursorValues | undefined,
  budget: number | undefined,
) {
  const { table, column, param, descending } = walk;
  const beyond = descending ? '>' : '<';
  const first = raw(
    `NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.key = m.key AND o.param = m.param AND (o.${column} ${beyond} m.${column} OR (o.${column} = m.${column} AND o.n < m.n)))`,
  );
  const order = raw(`ORDER BY m.${column} ${descending ? 'DESC' : 'ASC'}, m.key`);
  const start = all([sql`m.param = ${param}`, from(`m.${column}`, descending, cursor)]);
  const limit = budget === undefined ? raw('') : sql`LIMIT ${budget}`;
  // The rows of the inner query come in its order: sorting them again would look at all of them before the first.
  const steps = sql`SELECT m.key, m.param, m.n, m.${raw(column)} FROM ${raw(table)} m WHERE ${start} ${order} ${limit}`;
  // The filter first: few rows are left to look for another value of the same resource.
  const where = all([everything, first]);
  return rows(
    context,
    sql`SELECT m.key AS key, m.${raw(column)} AS s0 FROM (${steps}) m WHERE ${where} LIMIT ${query.count + 1}`,
  );
}

/** Those without a value come last, in the order of their keys. */
function missingWalk(
  context: CompileContext,
  query: SearchQuery,
  { table, param }: Walk,
  everything: Sql,
  cursor: CursorValues | undefined,
  already: number,
) {
  const missing = sql`NOT EXISTS (SELECT 1 FROM ${raw(table)} o WHERE o.key = m.key AND o.param = ${param})`;
  const beyond = cursor === undefined ? TRUE : sql`m.key > ${cursor[1] ?? 0}`;
  const where = all([ofTypes(context, 'm.key', query.types), raw('m.seq IS NOT NULL'), beyond, missing, everything]);
  return rows(
    context,
    sql`SELECT m.key AS key, NULL AS s0 FROM resource m WHERE ${where} ORDER BY m.key LIMIT ${query.count + 1 - already}`,
  );
}

function updatedWalk(
  context: CompileContext,
  query: SearchQuery,
  { descending }: SortKey,
  everything: Sql,
  cursor: CursorValues | undefined,
) {
  const type = context.dictionaries.type(query.types[0] ?? '') ?? -1;
  const where = all([
    sql`m.type = ${type}`,
    raw('m.seq IS NOT NULL'),
    from('m.updated', descending, cursor),
    everything,
  ]);
  return rows(
    context,
    sql`SELECT m.key AS key, m.updated AS s0 FROM resource m WHERE ${where} ORDER BY m.updated ${raw(descending ? 'DESC' : 'ASC')}, m.key LIMIT ${query.count + 1}`,
  );
}

/** After the cursor's value, or at it with a higher key; the first comparison bounds the walk. */
function from(column: string, descending: boolean, cursor: CursorValues | undefined): Sql {
  if (cursor === undefined) return TRUE;
  const [value = null, key = null] = cursor;
  const inclusive = raw(`${column} ${descending ? '<=' : '>='}`);
  const exclusive = raw(`${column} ${descending ? '<' : '>'}`);
  return sql`${inclusive} ${value} AND (${exclusive} ${value} OR m.key > ${key})`;
}
