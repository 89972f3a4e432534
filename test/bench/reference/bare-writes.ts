import { INDEX_TABLES } from '../../../src/storage/embedded/schema.ts';
import type { Database, SqlValue, Statement } from '../../../src/storage/embedded/sqlite.ts';
import { createBare, openBare } from './bare-database.ts';
import { type ResourceRows, RowReader, type TableRow } from './resource-rows.ts';

/** What the bare writer is to do; it answers with seconds, and how much it was. */
export type BareWritesTask =
  /** From which store's database rows are to be taken. */
  | { readonly op: 'source'; readonly file: string }
  /** A new, empty database to write into. */
  | { readonly op: 'target'; readonly file: string; readonly durability: 'normal' | 'full' }
  /** Takes the rows of what is new in the source. */
  | { readonly op: 'take' }
  /** Inserts what was taken, so many resources a transaction. */
  | { readonly op: 'insert'; readonly together: number }
  /** Replaces the index rows of what was taken by the same rows, and appends its version; a transaction a resource. */
  | { readonly op: 'replace' };

export interface BareWritesResult {
  readonly seconds: number;
  readonly resources: number;
  readonly rows: number;
}

/** SQLite's own speed on the rows that the store writes: prepared statements, values at hand, nothing else. */
export function createBareWrites(): (task: BareWritesTask) => BareWritesResult {
  let reader: RowReader | undefined;
  let target: Database | undefined;
  let taken: readonly ResourceRows[] = [];
  return (task) => {
    const begin = performance.now();
    switch (task.op) {
      case 'source':
        reader = new RowReader(openBare(task.file));
        break;
      case 'target':
        target?.close();
        target = createBare(task.file, task.durability);
        break;
      case 'take':
        taken = reader?.readNew() ?? [];
        break;
      case 'insert':
        if (target !== undefined) insert(target, taken, task.together);
        break;
      case 'replace':
        if (target !== undefined) replace(target, taken);
    }
    const rows = taken.reduce((sum, resource) => sum + resource.rows.length, 0);
    return { seconds: (performance.now() - begin) / 1000, resources: taken.length, rows };
  };
}

function insert(database: Database, resources: readonly ResourceRows[], together: number): void {
  const add = rowInserter(database);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  for (let i = 0; i < resources.length; i += together) {
    begin.run();
    for (const { rows } of resources.slice(i, i + together)) for (const row of rows) add(row);
    commit.run();
  }
}

function replace(database: Database, resources: readonly ResourceRows[]): void {
  const add = rowInserter(database);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const removals = [
    ...INDEX_TABLES.map((table) => database.prepare(`DELETE FROM ${table} WHERE key = ?`)),
    database.prepare('DELETE FROM text_index WHERE rowid = ?'),
  ];
  const point = database.prepare('UPDATE resource SET version = ?, seq = ?, latest = ?, updated = ? WHERE key = ?');
  for (const { key, rows, current } of resources) {
    begin.run();
    for (const removal of removals) removal.run(key);
    point.run(...current, key);
    for (const row of rows) add(row);
    commit.run();
  }
}

function rowInserter(database: Database): (row: TableRow) => void {
  const statements = new Map<string, Statement>();
  return ({ table, values }) => {
    let statement = statements.get(table);
    if (statement === undefined) {
      statement = database.prepare(insertSql(table, values));
      statements.set(table, statement);
    }
    statement.run(...values);
  };
}

function insertSql(table: string, values: readonly SqlValue[]): string {
  const columns = table === 'text_index' ? ' (rowid, narrative, content)' : '';
  return `INSERT INTO ${table}${columns} VALUES (${values.map(() => '?').join(', ')})`;
}
