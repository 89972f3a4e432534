import { parseJson } from '../../fhir/json/parse-json.ts';
import { isJsonObject, type Resource } from '../../fhir/resource.ts';
import type { Dictionaries } from './dictionaries.ts';
import type { IndexWriter } from './index-writer.ts';
import { createSchema, INDEX_TABLES, SCHEMA_VERSION } from './schema.ts';
import type { Database } from './sqlite.ts';
import type { IndexedContent } from './version-writer.ts';

/** Resources a step, so that a large database is not held in memory. */
const STEP = 1_000;

/**
 * Makes the whole index anew, from the current versions, when an earlier release of fwoa wrote it: what goes into an index changes with the
 * code that fills it. All in one transaction: an interrupted reindex starts again.
 */
export function reindexIfOutdated(
  database: Database,
  dictionaries: Dictionaries,
  writer: IndexWriter,
  index: (resource: Resource) => IndexedContent,
): void {
  const stored = database.prepare("SELECT value FROM setting WHERE name = 'schema'").get()?.value;
  if (stored === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    if (stored !== undefined) {
      for (const table of INDEX_TABLES) database.exec(`DELETE FROM ${table}`);
      database.exec("INSERT INTO text_index (text_index) VALUES ('delete-all')");
      createSchema(database);
      indexAll(database, dictionaries, writer, index);
    }
    database.prepare("INSERT OR REPLACE INTO setting VALUES ('schema', ?)").run(SCHEMA_VERSION);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function indexAll(
  database: Database,
  dictionaries: Dictionaries,
  writer: IndexWriter,
  index: (resource: Resource) => IndexedContent,
): void {
  const step = database.prepare(
    'SELECT r.key, r.type, v.body FROM resource r JOIN version v ON v.seq = r.seq WHERE r.key > ? ORDER BY r.key LIMIT ?',
  );
  let last = -1;
  for (let rows = step.all(last, STEP); rows.length > 0; rows = step.all(last, STEP)) {
    for (const row of rows) {
      last = Number(row.key);
      const resource = row.body instanceof Uint8Array ? parseJson(row.body) : undefined;
      if (!isJsonObject(resource)) continue;
      const { entries, text } = index({ ...resource, resourceType: dictionaries.typeName(Number(row.type)) });
      writer.add(last, Number(row.type), entries, text);
    }
  }
}
