/** Resources that are remembered. */
const REMEMBERED = 50_000;

/** That a version is there, and the time (ms) of its write's stamp. */
export interface Known {
  readonly version: number;
  readonly at: number;
}

/**
 * Versions that are known to be there: what was read is updated next, and need not be read again to see that the version it expects is not
 * too high. Versions are never taken away, so what is known stays true.
 */
export class KnownVersions {
  readonly #known = new Map<string, Known>();

  get(partition: string): Known | undefined {
    return this.#known.get(partition);
  }

  note(partition: string, version: number, at: number): void {
    const known = this.#known.get(partition);
    if (known !== undefined && known.version > version) return;
    this.#known.delete(partition);
    this.#known.set(partition, { version, at });
    if (this.#known.size <= REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}
