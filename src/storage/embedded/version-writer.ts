import type { IndexEntry } from '../../fhir/index/index-entry.ts';
import type { Resource } from '../../fhir/resource.ts';
import type { FullText } from '../storage-parts.ts';
import type { Change, ChangeMethod, Conflict, Guard } from '../store.ts';
import type { Dictionaries } from './dictionaries.ts';
import type { Identities, Identity } from './identities.ts';
import type { IndexWriter } from './index-writer.ts';
import type { Database } from './sqlite.ts';

/** The methods as they are stored, by number. */
export const METHODS: readonly ChangeMethod[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** What a resource is found by. */
export interface IndexedContent {
  readonly entries: readonly IndexEntry[];
  readonly text: FullText;
}

/** Writes versions and their index rows, inside a transaction that is open. */
export class VersionWriter {
  readonly #dictionaries: Dictionaries;
  readonly #identities: Identities;
  readonly #indexWriter: IndexWriter;
  readonly #index: (resource: Resource) => IndexedContent;
  readonly #statements;
  #seq: number;

  constructor(
    database: Database,
    dictionaries: Dictionaries,
    identities: Identities,
    indexWriter: IndexWriter,
    index: (resource: Resource) => IndexedContent,
  ) {
    this.#dictionaries = dictionaries;
    this.#identities = identities;
    this.#indexWriter = indexWriter;
    this.#index = index;
    this.#statements = {
      lastSeq: database.prepare('SELECT max(seq) AS seq FROM version'),
      version: database.prepare(
        'INSERT INTO version (seq, key, type, version, updated, method, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      current: database.prepare('UPDATE resource SET version = ?, seq = ?, latest = ?, updated = ? WHERE key = ?'),
      add: database.prepare(
        'INSERT INTO resource (key, type, id, version, seq, latest, updated) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
    };
    this.#seq = this.#lastSeq();
  }

  /** The number of the last change: equal numbers, equal store. */
  get position(): number {
    return this.#seq;
  }

  /** After a roll-back. */
  forget(): void {
    this.#seq = this.#lastSeq();
  }

  #lastSeq(): number {
    return Number(this.#statements.lastSeq.get()?.seq ?? 0);
  }

  /** Writes all of a commit's changes, or, where one meets another version than it expects or a guard fails, none. */
  apply(changes: readonly Change[], guards: readonly Guard[], holds: (guard: Guard) => boolean): Conflict | undefined {
    const identities: (Identity | undefined)[] = [];
    for (const { type, id, expected } of changes) {
      const identity = this.#identities.find(type, id);
      const actual = identity?.version ?? 0;
      if (actual !== expected) return { kind: 'version', type, id, actual };
      identities.push(identity);
    }
    for (const guard of guards) if (guard.asOf !== this.#seq && !holds(guard)) return { kind: 'guard', guard };
    for (const [i, change] of changes.entries()) {
      // What was not there may be by now: an earlier change refers to it.
      const identity = identities[i] ?? (i === 0 ? undefined : this.#identities.find(change.type, change.id));
      this.#write(change, identity);
    }
    return undefined;
  }

  #write({ method, type, id, expected, lastUpdated, content }: Change, identity: Identity | undefined): void {
    const typeNumber = this.#dictionaries.addType(type);
    const key = identity?.key ?? this.#dictionaries.nextKey(typeNumber);
    const seq = ++this.#seq;
    const version = expected + 1;
    const current = content === undefined ? null : seq;
    const body = content?.body ?? null;
    this.#statements.version.run(seq, key, typeNumber, version, lastUpdated, METHODS.indexOf(method), body);
    if (identity === undefined) this.#statements.add.run(key, typeNumber, id, version, current, seq, lastUpdated);
    else this.#statements.current.run(version, current, seq, lastUpdated, key);
    if (identity?.live) this.#indexWriter.remove(key);
    if (content !== undefined) {
      const { entries, text } = this.#index(content.resource);
      this.#indexWriter.add(key, typeNumber, entries, text);
    }
  }
}
