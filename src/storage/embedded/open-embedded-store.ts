import { closeSync, openSync } from 'node:fs';
import type { IndexResource } from '../../fhir/index/index-entry.ts';
import type { Resource } from '../../fhir/resource.ts';
import type { SearchQuery } from '../../fhir/search/search-query.ts';
import { guardHolds, guardQuery } from '../guard-check.ts';
import type { FullText } from '../storage-parts.ts';
import type { Guard, SearchPage, Store } from '../store.ts';
import { CommitQueue } from './commit-queue.ts';
import { Dictionaries } from './dictionaries.ts';
import { Identities } from './identities.ts';
import { IndexWriter } from './index-writer.ts';
import { RecentVersions } from './recent-versions.ts';
import { reindexIfOutdated } from './reindex.ts';
import { createSchema } from './schema.ts';
import { createEstimate } from './search/estimates.ts';
import { searchPage } from './search/search-page.ts';
import { openDatabase } from './sqlite.ts';
import { StandingRead } from './standing-read.ts';
import { setStatistics } from './statistics.ts';
import { VersionReader } from './version-reader.ts';
import { VersionWriter } from './version-writer.ts';

export interface EmbeddedStoreOptions {
  /** The database file, or `:memory:`. Made, readable by its owner alone, when it is not there. */
  readonly file: string;
  /** Turns a resource into its index entries. */
  readonly index: IndexResource;
  /** What `_text` and `_content` search; default: nothing. */
  readonly fullText?: (resource: Resource) => FullText;
  /** Systems whose codes differ by case; default: none. */
  readonly isCaseSensitive?: (system: string) => boolean;
  /**
   * `normal` (default): a commit survives the end of the process, at any moment; a power cut may take the last ones.
   * `full`: a commit survives a power cut too, at the price of a disk flush for each group of commits.
   */
  readonly durability?: 'normal' | 'full';
  /** Memory for database pages, in bytes; default 16 MiB. */
  readonly cacheBytes?: number;
}

const NO_TEXT: FullText = { narrative: '', content: '' };

/** The storage port on SQLite: one file, one process. Resources and index rows are written together, so search is never behind. */
export function openEmbeddedStore(options: EmbeddedStoreOptions): Store {
  const { file, index, fullText = () => NO_TEXT, isCaseSensitive = () => false, durability = 'normal' } = options;
  if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600));
  const database = openDatabase(file);
  database.exec(`PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'};
    PRAGMA cache_size = -${Math.round((options.cacheBytes ?? 2 ** 24) / 1024)};
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 16000;
    PRAGMA journal_size_limit = 67108864;`);
  createSchema(database);
  setStatistics(database);
  const dictionaries = new Dictionaries(database, isCaseSensitive);
  const identities = new Identities(database, dictionaries);
  const indexWriter = new IndexWriter(database, dictionaries, identities);
  const indexed = (resource: Resource) => ({ entries: index(resource), text: fullText(resource) });
  reindexIfOutdated(database, dictionaries, indexWriter, indexed);
  const writer = new VersionWriter(database, dictionaries, identities, indexWriter, indexed);
  const reader = new VersionReader(database, dictionaries);
  const recent = new RecentVersions();
  const context = { database, dictionaries, identities, isCaseSensitive, recent };
  const estimate = createEstimate(database, () => writer.position);
  const search = (query: SearchQuery): SearchPage => ({
    ...searchPage(context, query, estimate),
    asOf: writer.position,
  });

  const holds = (guard: Guard): boolean => guardHolds(guard, search(guardQuery(guard)));
  const reads = new StandingRead(database);
  const readCurrent = (type: string, id: string) => recent.get(type, id, () => reads.run(() => reader.read(type, id)));
  const queue = new CommitQueue(
    database,
    () => reads.end(),
    (changes, guards) => {
      const conflict = writer.apply(changes, guards, holds);
      // After it: a guard's search has read, and kept, what the commit then replaced.
      for (const { type, id } of changes) recent.forget(type, id);
      return conflict;
    },
    () => {
      recent.clear();
      dictionaries.forget();
      identities.forget();
      writer.forget();
    },
  );

  return {
    read: async (type, id) => readCurrent(type, id),
    readVersion: async (type, id, version) => reads.run(() => reader.readVersion(type, id, version)),
    readMany: async (keys) => keys.map(({ type, id }) => readCurrent(type, id)),
    history: async (query) => reads.run(() => reader.history(query)),
    search: async (query) => reads.run(() => search(query)),
    commit: (changes, guards = []) => queue.add(changes, guards),
    async close() {
      queue.flush();
      reads.end();
      database.close();
    },
  };
}
