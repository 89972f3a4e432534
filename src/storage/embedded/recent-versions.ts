import type { StoredVersion } from '../store.ts';

/** Memory for bodies, in bytes. */
const BUDGET = 2 ** 23;
/** Larger bodies would push out too many others. */
const LARGEST = 2 ** 16;

interface Kept {
  readonly version: StoredVersion;
  /** Known when a search found it. */
  key: number | undefined;
}

/**
 * The current versions that were shown last: a hospital's organizations and today's patients are read over and over. Whatever a commit has written
 * is forgotten before the commit is acknowledged.
 */
export class RecentVersions {
  readonly #byName = new Map<string, Kept>();
  readonly #byKey = new Map<number, Kept>();
  #bytes = 0;

  /** What is kept, or what `read` finds, which is then kept. */
  get(type: string, id: string, read: () => StoredVersion | undefined): StoredVersion | undefined {
    const known = this.#byName.get(`${type}/${id}`);
    if (known !== undefined) return known.version;
    const found = read();
    if (found !== undefined) this.#keep(found, undefined);
    return found;
  }

  /** The versions by key; those that are not kept come from `read`, in the order of the keys that it is given. */
  getAll(
    keys: readonly number[],
    read: (missing: readonly number[]) => readonly (StoredVersion | undefined)[],
  ): readonly (StoredVersion | undefined)[] {
    const found = keys.map((key) => this.#byKey.get(key)?.version);
    const missing = keys.filter((_, i) => found[i] === undefined);
    if (missing.length === 0) return found;
    const more = read(missing);
    for (const [i, version] of more.entries()) if (version !== undefined) this.#keep(version, missing[i]);
    let next = 0;
    return found.map((version) => version ?? more[next++]);
  }

  forget(type: string, id: string): void {
    this.#remove(`${type}/${id}`);
  }

  /** After a roll-back: a guard's search may have read what an earlier commit of the same transaction had written. */
  clear(): void {
    this.#byName.clear();
    this.#byKey.clear();
    this.#bytes = 0;
  }

  #remove(name: string): void {
    const kept = this.#byName.get(name);
    if (kept === undefined) return;
    this.#byName.delete(name);
    if (kept.key !== undefined) this.#byKey.delete(kept.key);
    this.#bytes -= kept.version.body?.length ?? 0;
  }

  #keep(version: StoredVersion, key: number | undefined): void {
    const bytes = version.body?.length;
    if (bytes === undefined || bytes > LARGEST) return;
    const name = `${version.type}/${version.id}`;
    this.#remove(name);
    const kept = { version, key };
    this.#byName.set(name, kept);
    if (key !== undefined) this.#byKey.set(key, kept);
    this.#bytes += bytes;
    // The oldest go; one that is still in use comes back when it is next read.
    for (const oldest of this.#byName.keys()) {
      if (this.#bytes <= BUDGET) return;
      this.#remove(oldest);
    }
  }
}
