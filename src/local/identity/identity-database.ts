import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../config/problem.ts';
import { type Database, openDatabase } from '../../storage/embedded/sqlite.ts';

/** Of the tables below; raised when they change. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES ('revision', '1');
CREATE TABLE users (
  sub TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, roles TEXT NOT NULL, password TEXT NOT NULL,
  generation INTEGER NOT NULL DEFAULT 1, failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER,
  created_at INTEGER NOT NULL, last_sign_in_at INTEGER, password_changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE clients (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, key_hash TEXT NOT NULL UNIQUE,
  per_second REAL NOT NULL, burst INTEGER NOT NULL, quota INTEGER, quota_per TEXT,
  used INTEGER NOT NULL DEFAULT 0, quota_ends_at INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, private_jwk TEXT NOT NULL, created_at INTEGER NOT NULL, retired_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, sub TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  signed_in_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_users ON sessions (sub);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_sessions ON refresh_tokens (session);
`;

/**
 * Opens a data folder's `identity.db`, or makes it, readable by the owner alone. The server and the commands have it open at the same
 * time.
 *
 * @throws Problem when a newer fwoa made it, or it is no database
 */
export function openIdentityDatabase(folder: string): Database {
  const file = join(folder, 'identity.db');
  // Before SQLite makes it with the umask's mode: its side files take its mode.
  writeFileSync(file, '', { mode: 0o600, flag: 'a' });
  chmodSync(file, 0o600);
  const database = openDatabase(file);
  try {
    // Each commit reaches the disk: a user who was removed must not come back with the power.
    database.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
    );
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw /not a database|malformed/.test(String(error)) ? broken(file, error) : error;
  }
}

/** Carries out `work` as one transaction, which waits for those of other processes. */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  let result: T;
  try {
    result = work();
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
  database.exec('COMMIT');
  return result;
}

function migrate(database: Database, file: string): void {
  const version = () => Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version() === SCHEMA_VERSION) return;
  inTransaction(database, () => {
    // Another process may have been first.
    const found = version();
    if (found === SCHEMA_VERSION) return;
    if (found > SCHEMA_VERSION) throw newer(file);
    database.exec(SCHEMA);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function newer(file: string): Problem {
  return new Problem('identity-newer', {
    what: `${file} was made by a newer version of fwoa.`,
    next: 'Update fwoa, or name another folder with --data.',
  });
}

function broken(file: string, cause: unknown): Problem {
  return new Problem(
    'identity-broken',
    {
      what: `${file} cannot be read: it is damaged, or no database.`,
      next: 'Put a copy of it back, or delete it with its -wal and -shm files: users and API keys are then made anew.',
    },
    { cause },
  );
}
