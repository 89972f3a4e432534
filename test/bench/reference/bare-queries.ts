import type { Database, SqlValue } from '../../../src/storage/embedded/sqlite.ts';
import { openBare } from './bare-database.ts';

/** What is to be asked of a store's database. */
export interface BareQueriesTask {
  readonly file: string;
  /** Selects `id` and `body`. */
  readonly sql: string;
  /** Sets of values; they go round. */
  readonly values: readonly (readonly SqlValue[])[];
  /** Undefined: each set of values once, and the ids are told. */
  readonly seconds?: number | undefined;
}

export interface BareQueriesResult {
  readonly perSecond: number;
  /** The ids found, for each set of values; empty when it went on for a time. */
  readonly ids: readonly (readonly string[])[];
}

/** SQLite's own speed on a query, bodies included. */
export function createBareQueries(): (task: BareQueriesTask) => BareQueriesResult {
  const databases = new Map<string, Database>();
  return ({ file, sql, values, seconds }) => {
    const database = databases.get(file) ?? openBare(file);
    databases.set(file, database);
    const statement = database.cached(sql);
    const begin = performance.now();
    if (seconds === undefined) {
      const ids = values.map((set) => statement.all(...set).map((row) => String(row.id)));
      return { perSecond: (values.length * 1000) / (performance.now() - begin), ids };
    }
    const end = begin + seconds * 1000;
    let count = 0;
    let now = begin;
    for (; now < end; now = performance.now()) statement.all(...(values[count++ % values.length] ?? []));
    return { perSecond: (count * 1000) / (now - begin), ids: [] };
  };
}
