import { createRequire } from 'node:module';

export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** A prepared statement; rows come as objects. */
export interface Statement {
  get(...params: readonly SqlValue[]): SqlRow | undefined;
  all(...params: readonly SqlValue[]): SqlRow[];
  run(...params: readonly SqlValue[]): void;
}

/** One connection, with its prepared statements kept. */
export interface Database {
  exec(sql: string): void;
  /** A statement kept for the life of the connection: for SQL that the code spells out. */
  prepare(sql: string): Statement;
  /** A statement from a bounded cache: for SQL made from a query. */
  cached(sql: string): Statement;
  close(): void;
}

/** As much of `node:sqlite` as is used here: both drivers have it. */
interface Driver {
  readonly DatabaseSync: new (
    file: string,
  ) => { exec(sql: string): void; prepare(sql: string): Statement; close(): void };
}

const CACHED_STATEMENTS = 500;

/**
 * Node's own SQLite where it is built in (22.13 and up), else the same API from `@photostructure/sqlite`, whose binaries come inside the
 * npm package.
 */
function loadDriver(): Driver {
  const require = createRequire(import.meta.url);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const builtIn = major > 22 || (major === 22 && minor >= 13);
  return require(builtIn ? 'node:sqlite' : '@photostructure/sqlite');
}

/** Opens a database file, or `:memory:`. */
export function openDatabase(file: string): Database {
  const { DatabaseSync } = loadDriver();
  // Statements do not hold their database: it must stay reachable from here, or a collection closes it under them.
  const connection = new DatabaseSync(file);
  let cache = new Map<string, Statement>();
  let older = new Map<string, Statement>();
  const prepare = (sql: string): Statement => connection.prepare(sql);
  return {
    exec: (sql) => connection.exec(sql),
    prepare,
    cached(sql) {
      const known = cache.get(sql);
      if (known !== undefined) return known;
      const statement = older.get(sql) ?? connection.prepare(sql);
      // Two generations: what was not asked for while the younger one filled goes with the older.
      if (cache.size >= CACHED_STATEMENTS / 2) [older, cache] = [cache, new Map()];
      cache.set(sql, statement);
      return statement;
    },
    close: () => connection.close(),
  };
}
