import type { HistoryPage, HistoryQuery, StoredVersion } from '../store.ts';
import type { Dictionaries } from './dictionaries.ts';
import { type SealedCursors, sealedCursors } from './sealed-cursor.ts';
import type { Database, SqlRow, SqlValue } from './sqlite.ts';
import { METHODS } from './version-writer.ts';

/** What {@link version} reads of `version v`; time and method in one number, as each value of a row costs time. */
export const COLUMNS = `v.version, v.updated * ${METHODS.length} + v.method AS stamp, v.body`;

/** Reads versions and histories. */
export class VersionReader {
  readonly #database: Database;
  readonly #dictionaries: Dictionaries;
  readonly #cursors: SealedCursors;
  readonly #statements;

  constructor(database: Database, dictionaries: Dictionaries) {
    this.#database = database;
    this.#dictionaries = dictionaries;
    this.#cursors = sealedCursors(database);
    this.#statements = {
      current: database.prepare(
        `SELECT ${COLUMNS} FROM resource r JOIN version v ON v.seq = r.latest WHERE r.type = ? AND r.id = ?`,
      ),
      numbered: database.prepare(
        `SELECT ${COLUMNS} FROM resource r JOIN version v ON v.key = r.key AND v.version = ? WHERE r.type = ? AND r.id = ?`,
      ),
    };
  }

  read(type: string, id: string): StoredVersion | undefined {
    const number = this.#dictionaries.type(type);
    return number === undefined ? undefined : storedVersion(type, id, this.#statements.current.get(number, id));
  }

  readVersion(type: string, id: string, version: number): StoredVersion | undefined {
    const number = this.#dictionaries.type(type);
    return number === undefined
      ? undefined
      : storedVersion(type, id, this.#statements.numbered.get(version, number, id));
  }

  history(query: HistoryQuery): HistoryPage {
    const conditions: string[] = [];
    const params: SqlValue[] = [];
    const where = (sql: string, ...values: SqlValue[]) => {
      conditions.push(sql);
      params.push(...values);
    };
    if (query.types !== undefined) {
      const numbers = query.types.map((type) => this.#dictionaries.type(type)).filter((number) => number !== undefined);
      if (numbers.length === 0) return { versions: [], total: 0 };
      // One type: an equality lets the index on (type, seq) give the order.
      if (numbers.length === 1) where('v.type = ?', numbers[0] ?? 0);
      else where('v.type IN (SELECT value FROM json_each(?))', JSON.stringify(numbers));
    }
    if (query.id !== undefined) where('v.key = (SELECT key FROM resource WHERE type = v.type AND id = ?)', query.id);
    if (query.since !== undefined) where('v.updated >= ?', query.since);
    if (query.at !== undefined) {
      where('v.updated < ?', query.at.high);
      where(
        'NOT EXISTS (SELECT 1 FROM version n WHERE n.key = v.key AND n.version = v.version + 1 AND n.updated <= ?)',
        query.at.low,
      );
    }
    if (query.cursor !== undefined) where('v.seq < ?', this.#cursors.open(query.cursor));
    const sql = this.#historySql(query, conditions);
    const rows = this.#database.cached(sql).all(...params, query.count + 1);
    const page = rows.slice(0, query.count);
    const versions = page.map((row) => version(this.#dictionaries.typeName(Number(row.type)), String(row.id), row));
    const last = page.at(-1);
    const more = rows.length > query.count;
    return {
      versions,
      ...(more && last !== undefined ? { next: this.#cursors.seal(Number(last.seq)) } : {}),
      ...(!more && query.cursor === undefined ? { total: versions.length } : {}),
    };
  }

  #historySql(query: HistoryQuery, conditions: readonly string[]): string {
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    // An instance's versions are few and clustered; anything else walks the server's (or the type's) order.
    const order = query.id === undefined ? 'v.seq DESC' : 'v.version DESC';
    return `SELECT v.seq, v.type, r.id, ${COLUMNS} FROM version v CROSS JOIN resource r ON r.key = v.key ${where} ORDER BY ${order} LIMIT ?`;
  }
}

function storedVersion(type: string, id: string, row: SqlRow | undefined): StoredVersion | undefined {
  return row === undefined ? undefined : version(type, id, row);
}

/** A stored version from a row with {@link COLUMNS}. */
export function version(type: string, id: string, row: SqlRow): StoredVersion {
  const { body } = row;
  const stamp = Number(row.stamp);
  return {
    type,
    id,
    version: Number(row.version),
    lastUpdated: Math.floor(stamp / METHODS.length),
    method: METHODS[stamp % METHODS.length] ?? 'PUT',
    body: body instanceof Uint8Array ? body : undefined,
  };
}
