import type { SearchQuery } from '../../../fhir/search/search-query.ts';
import type { SearchPage, StoredResource, StoredVersion } from '../../store.ts';
import { type CursorValues, decodeCursor, encodeCursor } from '../cursor.ts';
import type { SqlRow } from '../sqlite.ts';
import { COLUMNS, version } from '../version-reader.ts';
import type { CompileContext } from './conditions.ts';
import { includedKeys } from './includes.ts';
import type { Estimate } from './key-set.ts';
import { type Plan, plan } from './plan.ts';
import { after, orderBy, sortValue } from './sort.ts';
import { sortedWalk } from './sorted-walk.ts';
import { all, raw, type Sql, sql, TRUE } from './sql.ts';

/** An estimated total counts no further. */
const ESTIMATE_BOUND = 10_000;

/** The keys of one page and where the next one starts. */
export interface PageKeys {
  /** With the sort values, in order; one more than the page has when there is a next. */
  readonly rows: readonly SqlRow[];
  /** The number of all matches, when finding the page told it. */
  readonly total?: number | undefined;
}

/** Answers a search from the index and the current versions. */
export function searchPage(context: CompileContext, query: SearchQuery, estimate: Estimate): SearchPage {
  const found = plan(context, query, estimate);
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query.sort.length + 1);
  const page = query.count === 0 ? { rows: [] } : pageKeys(context, query, found, cursor);
  const rows = page.rows.slice(0, query.count);
  const keys = rows.map((row) => Number(row.key));
  const last = page.rows.length > rows.length ? rows.at(-1) : undefined;
  const { keys: included, truncated } = includedKeys(context, query.includes, keys);
  const complete = query.count > 0 && cursor === undefined && last === undefined;
  const total = complete ? rows.length : (page.total ?? countMatches(context, query, found));
  return {
    matches: resources(context, keys),
    included: resources(context, included),
    ...(total === undefined ? {} : { total }),
    ...(truncated ? { includedTruncated: true } : {}),
    ...(last === undefined ? {} : { next: encodeCursor(cursorOf(query, last)) }),
  };
}

function pageKeys(
  context: CompileContext,
  query: SearchQuery,
  found: Plan,
  cursor: CursorValues | undefined,
): PageKeys {
  if (query.sort.length === 0) return { rows: keyOrder(context, query, found, cursor) };
  return sortedWalk(context, query, found, cursor) ?? sorted(context, query, found, cursor);
}

function keyOrder(
  context: CompileContext,
  query: SearchQuery,
  found: Plan,
  cursor: CursorValues | undefined,
): SqlRow[] {
  const beyond = cursor === undefined ? TRUE : sql`m.key > ${cursor[0] ?? 0}`;
  const where = all([beyond, found.conditions]);
  const { text, values } =
    sql`SELECT DISTINCT m.key AS key FROM (${found.candidates}) m WHERE ${where} ORDER BY m.key LIMIT ${query.count + 1}`;
  return context.database.cached(text).all(...values);
}

/** All matches with their sort values, once; the page is taken from them, and their number where it is asked for. */
function sorted(context: CompileContext, query: SearchQuery, found: Plan, cursor: CursorValues | undefined): PageKeys {
  const columns = query.sort.map((key, n) => sql`, ${sortValue(context, query.types, key)} AS ${raw(`s${n}`)}`);
  const values: Sql = {
    text: columns.map(({ text }) => text).join(''),
    values: columns.flatMap((column) => column.values),
  };
  const matches = sql`SELECT m.key AS key${values} FROM (SELECT DISTINCT key FROM (${found.candidates})) m WHERE ${found.conditions}`;
  const beyond = cursor === undefined ? TRUE : after(query.sort, cursor);
  const order = sql`ORDER BY ${orderBy(query.sort)} LIMIT ${query.count + 1}`;
  if (query.total === 'none') {
    const page = sql`SELECT * FROM (${matches}) WHERE ${beyond} ${order}`;
    return { rows: context.database.cached(page.text).all(...page.values) };
  }
  const statement = sql`WITH found AS MATERIALIZED (${matches}) SELECT *, (SELECT count(*) FROM found) AS total FROM found WHERE ${beyond} ${order}`;
  const rows = context.database.cached(statement.text).all(...statement.values);
  return { rows, total: rows[0] === undefined ? undefined : Number(rows[0].total) };
}

/** The number of matches, as far as it is asked for. */
function countMatches(context: CompileContext, { total }: SearchQuery, found: Plan): number | undefined {
  if (total === 'none') return undefined;
  const matches = sql`SELECT DISTINCT m.key AS key FROM (${found.candidates}) m WHERE ${found.conditions}`;
  const limited = total === 'estimate' ? sql`${matches} LIMIT ${ESTIMATE_BOUND}` : matches;
  const { text, values } = sql`SELECT count(*) AS total FROM (${limited})`;
  return Number(context.database.cached(text).get(...values)?.total);
}

function cursorOf({ sort }: SearchQuery, row: SqlRow): CursorValues {
  return [...sort.map((_, n) => `s${n}`), 'key'].map((name) => {
    const value = row[name];
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  });
}

const BODIES = `SELECT r.key, r.type, r.id, ${COLUMNS} FROM json_each(?) j CROSS JOIN resource r ON r.key = j.value CROSS JOIN version v ON v.seq = r.seq`;

/** Current resources by key, in the order of the keys. */
function resources({ database, dictionaries, recent }: CompileContext, keys: readonly number[]): StoredResource[] {
  const read = (missing: readonly number[]) => {
    const byKey = new Map<number, StoredVersion>();
    for (const row of database.cached(BODIES).all(JSON.stringify(missing)))
      byKey.set(Number(row.key), version(dictionaries.typeName(Number(row.type)), String(row.id), row));
    return missing.map((key) => byKey.get(key));
  };
  return recent.getAll(keys, read).filter((found): found is StoredResource => found?.body !== undefined);
}
