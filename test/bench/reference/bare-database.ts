import { createSchema } from '../../../src/storage/embedded/schema.ts';
import { type Database, openDatabase } from '../../../src/storage/embedded/sqlite.ts';
import { setStatistics } from '../../../src/storage/embedded/statistics.ts';

/** Opens a database as the store does, with nothing of the store around it. */
export function openBare(file: string, durability: 'normal' | 'full' = 'normal'): Database {
  const database = openDatabase(file);
  database.exec(`PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'};
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 4000;`);
  return database;
}

/** Makes an empty database with the store's tables and indexes. */
export function createBare(file: string, durability: 'normal' | 'full'): Database {
  const database = openBare(file, durability);
  createSchema(database);
  setStatistics(database);
  return database;
}
