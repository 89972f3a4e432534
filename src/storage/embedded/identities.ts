import type { Dictionaries } from './dictionaries.ts';
import { EXTERNAL } from './schema.ts';
import type { Database } from './sqlite.ts';

/** A row of `resource`. */
export interface Identity {
  readonly key: number;
  /** The highest version, a deletion's too; 0 when the resource is only referred to. */
  readonly version: number;
  /** It has a current version that is not a deletion. */
  readonly live: boolean;
}

const CACHED = 20_000;

/** Finds and makes the rows that (type, id) and external URLs stand under. */
export class Identities {
  readonly #dictionaries: Dictionaries;
  /** Keys of what was referred to last: they never change. */
  readonly #targets = new Map<string, number>();
  readonly #find;
  readonly #add;

  constructor(database: Database, dictionaries: Dictionaries) {
    this.#dictionaries = dictionaries;
    this.#find = database.prepare('SELECT key, version, seq FROM resource WHERE type = ? AND id = ?');
    this.#add = database.prepare('INSERT INTO resource (key, type, id) VALUES (?, ?, ?)');
  }

  /** After a roll-back. */
  forget(): void {
    this.#targets.clear();
  }

  find(type: string, id: string): Identity | undefined {
    const number = this.#dictionaries.type(type);
    return number === undefined ? undefined : this.#findNumber(number, id);
  }

  /** The key of a resource or of an external URL that something refers to; undefined when nothing does. */
  findTarget(target: {
    type?: string | undefined;
    id?: string | undefined;
    url?: string | undefined;
  }): number | undefined {
    if (target.type !== undefined && target.id !== undefined) return this.find(target.type, target.id)?.key;
    return target.url === undefined ? undefined : this.#findNumber(EXTERNAL, target.url)?.key;
  }

  /** As {@link findTarget}; makes a row when there is none. */
  addTarget(type: string | undefined, id: string | undefined, url: string | undefined): number | undefined {
    if (type !== undefined && id !== undefined) return this.#findOrAdd(this.#dictionaries.addType(type), id);
    return url === undefined ? undefined : this.#findOrAdd(EXTERNAL, url);
  }

  add(type: number, id: string): number {
    const key = this.#dictionaries.nextKey(type);
    this.#add.run(key, type, id);
    return key;
  }

  #findOrAdd(type: number, id: string): number {
    const name = `${type}/${id}`;
    const known = this.#targets.get(name);
    if (known !== undefined) return known;
    const key = this.#findNumber(type, id)?.key ?? this.add(type, id);
    if (this.#targets.size >= CACHED) this.#targets.clear();
    this.#targets.set(name, key);
    return key;
  }

  #findNumber(type: number, id: string): Identity | undefined {
    const row = this.#find.get(type, id);
    if (row === undefined) return undefined;
    return { key: Number(row.key), version: Number(row.version), live: row.seq !== null };
  }
}
