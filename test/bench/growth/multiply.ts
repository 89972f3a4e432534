import { INDEX_TABLES } from '../../../src/storage/embedded/schema.ts';
import type { Database } from '../../../src/storage/embedded/sqlite.ts';
import { openBare } from '../reference/bare-database.ts';

export interface MultiplyTask {
  /** A store's database that no one has open. */
  readonly file: string;
  /** How many times as much there is to be, what matches aside. */
  readonly times: number;
  /** A code whose Observations are not copied: they would match. */
  readonly without: string;
}

/** Types that many resources refer to; they stay as they are. */
const SHARED = ['Organization', 'Location', 'Practitioner', 'PractitionerRole'];

/** No base set has so many resources of a type. */
const SHIFT = 2 ** 24;

/**
 * Copies all patients' data under new ids, row by row: other patients, of other names, with the same codes and dates. Resolves to the number of
 * resources there are then. (The store would take minutes for as many; the rows are the same.)
 */
export function multiply({ file, times, without }: MultiplyTask): number {
  const database = openBare(file);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;');
  database.exec(`CREATE TEMP TABLE copied AS SELECT r.key, r.seq FROM resource r JOIN resource_type t ON t.number = r.type
    WHERE r.seq IS NOT NULL AND t.name NOT IN (${SHARED.map((type) => `'${type}'`).join(', ')})
      AND r.key NOT IN (SELECT i.key FROM token_index i JOIN concept c ON c.number = i.concept WHERE c.code = '${without}');
    CREATE UNIQUE INDEX copied_key ON copied (key)`);
  for (let copy = 1; copy < times; copy++) addCopy(database, copy);
  const count = Number(database.prepare('SELECT count(*) AS n FROM resource WHERE seq IS NOT NULL').get()?.n);
  database.exec('DROP TABLE copied; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return count;
}

function addCopy(database: Database, copy: number): void {
  const shift = copy * SHIFT;
  const seqs = `(SELECT max(seq) FROM version) + row_number() OVER (ORDER BY c.seq)`;
  database.exec('BEGIN');
  database.exec(`INSERT INTO version SELECT ${seqs}, v.key + ${shift}, v.type, 1, v.updated, v.method, v.body
    FROM copied c JOIN version v ON v.seq = c.seq ORDER BY c.seq`);
  database.exec(`INSERT INTO resource SELECT r.key + ${shift}, r.type, r.id || '-${copy}', 1, v.seq, v.seq, r.updated
    FROM copied c JOIN resource r ON r.key = c.key JOIN version v ON v.key = r.key + ${shift}`);
  for (const table of INDEX_TABLES) {
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    const values = columns.map(({ name }) => copiedValue(table, String(name), copy)).join(', ');
    database.exec(`INSERT INTO ${table} SELECT ${values} FROM copied c JOIN ${table} i ON i.key = c.key`);
  }
  database.exec('COMMIT');
}

function copiedValue(table: string, column: string, copy: number): string {
  const shift = copy * SHIFT;
  if (column === 'key') return `i.key + ${shift}`;
  if (column === 'target') return `i.target + CASE WHEN i.target IN (SELECT key FROM copied) THEN ${shift} ELSE 0 END`;
  // Another name: what starts with the one searched must not match.
  if (table === 'string_index' && column === 'folded') return `'copy ${copy} ' || i.folded`;
  return `i.${column}`;
}
