import { contentText, narrativeText } from '../../../src/fhir/index/full-text.ts';
import type { Resource } from '../../../src/fhir/resource.ts';
import { INDEX_TABLES } from '../../../src/storage/embedded/schema.ts';
import type { Database, SqlRow, SqlValue } from '../../../src/storage/embedded/sqlite.ts';

/** A row of a table, its values in the order of the columns. */
export interface TableRow {
  readonly table: string;
  readonly values: readonly SqlValue[];
}

/** All that the store wrote for one version of a resource. */
export interface ResourceRows {
  readonly key: number;
  readonly rows: readonly TableRow[];
  /** Of its row in `resource`: version, seq, latest, updated. */
  readonly current: readonly SqlValue[];
}

/** Where columns of index rows lead: rows that the first resource with them brought along. */
const DICTIONARIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  token_index: { concept: 'concept', text: 'text' },
  quantity_index: { unit: 'unit', base: 'unit' },
};

/**
 * Reads from a store's database, change by change, the rows that were written for it: its version, its identity and those it refers to,
 * index rows, full text, and what was new in the dictionaries. Remembers what came already.
 */
export class RowReader {
  readonly #database: Database;
  readonly #seen = new Set<string>();
  #seq = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The changes since the last call. Versions that are not current any more are passed over: their index rows are gone. */
  readNew(): ResourceRows[] {
    const versions = this.#database
      .cached('SELECT v.* FROM version v JOIN resource r ON r.seq = v.seq WHERE v.seq > ? ORDER BY v.seq')
      .all(this.#seq);
    this.#seq = Number(versions.at(-1)?.seq ?? this.#seq);
    return versions.map((version) => this.#rowsOf(version));
  }

  #rowsOf(version: SqlRow): ResourceRows {
    const key = Number(version.key);
    const rows: TableRow[] = [];
    this.#addOnce(rows, 'resource_type', 'number', Number(version.type));
    this.#addOnce(rows, 'resource', 'key', key);
    rows.push({ table: 'version', values: Object.values(version) });
    for (const table of INDEX_TABLES) {
      for (const row of this.#database.cached(`SELECT * FROM ${table} WHERE key = ?`).all(key)) {
        this.#addReferred(rows, table, row);
        rows.push({ table, values: Object.values(row) });
      }
    }
    const text = fullText(version.body);
    if (text.some((part) => part !== '')) rows.push({ table: 'text_index', values: [key, ...text] });
    const current = this.#database.cached('SELECT version, seq, latest, updated FROM resource WHERE key = ?').get(key);
    return { key, rows, current: Object.values(current ?? {}) };
  }

  #addReferred(rows: TableRow[], table: string, row: SqlRow): void {
    this.#addOnce(rows, 'parameter', 'number', Number(row.param));
    if (table === 'reference_index') this.#addOnce(rows, 'resource', 'key', Number(row.target));
    for (const [column, dictionary] of Object.entries(DICTIONARIES[table] ?? {})) {
      const number = row[column];
      if (number !== null && number !== undefined) this.#addOnce(rows, dictionary, 'number', Number(number));
    }
    if (table === 'token_index' && row.text !== null) {
      const pair = [Number(row.text), Number(row.concept)];
      if (this.#isNew(`concept_text ${pair.join()}`)) rows.push({ table: 'concept_text', values: pair });
    }
  }

  #addOnce(rows: TableRow[], table: string, column: string, value: number): void {
    if (!this.#isNew(`${table} ${value}`)) return;
    const row = this.#database.cached(`SELECT * FROM ${table} WHERE ${column} = ?`).get(value);
    if (row === undefined) throw new Error(`The store has no ${table} ${value}.`);
    rows.push({ table, values: Object.values(row) });
  }

  #isNew(name: string): boolean {
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    return true;
  }
}

/** What `text_index` was given; it can't be read from there, as that keeps no content. */
function fullText(body: SqlValue | undefined): [narrative: string, content: string] {
  if (!(body instanceof Uint8Array)) return ['', ''];
  const resource = JSON.parse(Buffer.from(body).toString()) as Resource;
  return [narrativeText(resource), contentText(resource)];
}
