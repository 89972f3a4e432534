import type { Database } from './sqlite.ts';

/** Raised whenever the tables, or what is put into them, change: an older database is indexed anew when it is opened. */
export const SCHEMA_VERSION = 2;

/**
 * Keys are `type number * TYPE_SPAN + n`: all keys of a type are one range, in the order in which its resources came, so that a walk over a
 * type needs no index of its own and an index row needs no type.
 */
export const TYPE_SPAN = 2 ** 40;

/** The type number of things outside: references to absolute URLs. */
export const EXTERNAL = 0;

/**
 * - `version` is append-only: every change is a row; `seq` is the order of the whole server.
 * - `resource` is the identity (type, id) with a pointer to its current version: `seq` NULL when deleted, or when it is only referred to.
 *   A reference to a resource that is not there yet has a row too, so that references are integers and chains join on them.
 * - `*_index` are the index entries: clustered by resource (checks, sorts and removal are one short range), with a covering index by value.
 *   Concepts (system and code), their texts and units go through dictionaries, as they repeat; `concept_text` says which texts a concept
 *   has ever come with, so that `:text` finds rows by concept.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS resource_type (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS parameter (
  number INTEGER PRIMARY KEY, type INTEGER NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, UNIQUE (type, code, kind));
CREATE TABLE IF NOT EXISTS concept (
  number INTEGER PRIMARY KEY, folded TEXT NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS text (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS concept_text (text INTEGER, concept INTEGER, PRIMARY KEY (text, concept)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unit (
  number INTEGER PRIMARY KEY, system TEXT NOT NULL, code TEXT NOT NULL, unit TEXT NOT NULL, UNIQUE (system, code, unit));

CREATE TABLE IF NOT EXISTS resource (
  key INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0, seq INTEGER, latest INTEGER, updated INTEGER);
CREATE TABLE IF NOT EXISTS version (
  seq INTEGER PRIMARY KEY, key INTEGER NOT NULL, type INTEGER NOT NULL, version INTEGER NOT NULL,
  updated INTEGER NOT NULL, method INTEGER NOT NULL, body BLOB);

CREATE TABLE IF NOT EXISTS string_index (
  key INTEGER, param INTEGER, n INTEGER, folded TEXT NOT NULL, text TEXT, grp INTEGER NOT NULL, PRIMARY KEY (key, param, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS token_index (
  key INTEGER, param INTEGER, n INTEGER, concept INTEGER NOT NULL, text INTEGER, grp INTEGER NOT NULL, PRIMARY KEY (key, param, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reference_index (
  key INTEGER, param INTEGER, n INTEGER, target INTEGER NOT NULL, version TEXT, grp INTEGER NOT NULL, PRIMARY KEY (key, param, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS date_index (
  key INTEGER, param INTEGER, n INTEGER, low REAL NOT NULL, high REAL NOT NULL, grp INTEGER NOT NULL, PRIMARY KEY (key, param, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quantity_index (
  key INTEGER, param INTEGER, n INTEGER, low REAL NOT NULL, high REAL NOT NULL, unit INTEGER,
  base INTEGER, base_low REAL, base_high REAL, grp INTEGER NOT NULL, PRIMARY KEY (key, param, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uri_index (
  key INTEGER, param INTEGER, n INTEGER, uri TEXT NOT NULL, grp INTEGER NOT NULL, PRIMARY KEY (key, param, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS present_index (key INTEGER, param INTEGER, PRIMARY KEY (key, param)) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS text_index USING fts5(
  narrative, content, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
`;

const INDEXES = `
CREATE UNIQUE INDEX IF NOT EXISTS concept_identity ON concept (folded, system, code);
CREATE INDEX IF NOT EXISTS concept_system ON concept (system);
CREATE UNIQUE INDEX IF NOT EXISTS resource_identity ON resource (type, id);
CREATE INDEX IF NOT EXISTS resource_updated ON resource (type, updated, key) WHERE seq IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS version_number ON version (key, version);
CREATE INDEX IF NOT EXISTS version_type ON version (type, seq);
CREATE INDEX IF NOT EXISTS string_value ON string_index (param, folded, key);
CREATE INDEX IF NOT EXISTS token_value ON token_index (param, concept, key);
CREATE INDEX IF NOT EXISTS reference_value ON reference_index (param, target, key);
CREATE INDEX IF NOT EXISTS date_low ON date_index (param, low, high, key);
CREATE INDEX IF NOT EXISTS date_high ON date_index (param, high, low, key);
CREATE INDEX IF NOT EXISTS quantity_low ON quantity_index (param, low, high, key);
CREATE INDEX IF NOT EXISTS quantity_wide ON quantity_index (param, high, key) WHERE high > low;
CREATE INDEX IF NOT EXISTS quantity_base ON quantity_index (param, base, base_low, base_high, key) WHERE base IS NOT NULL;
CREATE INDEX IF NOT EXISTS quantity_base_wide ON quantity_index (param, base, base_high, key) WHERE base_high > base_low;
CREATE INDEX IF NOT EXISTS uri_value ON uri_index (param, uri, key);
`;

/** The tables that hold a resource's index rows, `text_index` aside. */
export const INDEX_TABLES = [
  'string_index',
  'token_index',
  'reference_index',
  'date_index',
  'quantity_index',
  'uri_index',
  'present_index',
] as const;

/** Makes what is not there yet. */
export function createSchema(database: Database): void {
  database.exec(TABLES);
  database.exec(INDEXES);
}
