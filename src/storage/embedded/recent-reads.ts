import type { StoredVersion } from '../store.ts';

/** Memory for bodies, in bytes. */
const BUDGET = 2 ** 22;
/** Larger bodies would push out too many others. */
const LARGEST = 2 ** 16;

/**
 * The current versions that were read last: a hospital's organizations and today's patients are read over and over. Whatever a commit writes
 * is forgotten before the commit is acknowledged.
 */
export class RecentReads {
  readonly #versions = new Map<string, StoredVersion>();
  #bytes = 0;

  /** What is kept, or what `read` finds, which is then kept. */
  get(type: string, id: string, read: () => StoredVersion | undefined): StoredVersion | undefined {
    const name = `${type}/${id}`;
    const known = this.#versions.get(name);
    if (known !== undefined) return known;
    const found = read();
    if (found?.body !== undefined && found.body.length <= LARGEST) this.#keep(name, found, found.body.length);
    return found;
  }

  forget(type: string, id: string): void {
    const name = `${type}/${id}`;
    this.#bytes -= this.#versions.get(name)?.body?.length ?? 0;
    this.#versions.delete(name);
  }

  #keep(name: string, version: StoredVersion, bytes: number): void {
    this.#versions.set(name, version);
    this.#bytes += bytes;
    // The oldest go; one that is still in use comes back with its next read.
    for (const [oldest, { body }] of this.#versions) {
      if (this.#bytes <= BUDGET) return;
      this.#versions.delete(oldest);
      this.#bytes -= body?.length ?? 0;
    }
  }
}
