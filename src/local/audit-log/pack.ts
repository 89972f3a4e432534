import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** The end of the name of a packed file that is not finished. */
export const UNFINISHED = '.gz.part';

/** Replaces a file of the log by the same, packed: lightly, as the server has better things to do. Killed at any moment, one of the two is there and whole. */
export async function packFile(folder: string, name: string, signal: AbortSignal): Promise<void> {
  const path = join(folder, name);
  const draft = `${path}${UNFINISHED}`;
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(draft, { mode: 0o600 }), {
    signal,
  });
  const handle = await open(draft, 'r');
  await handle.sync().finally(() => handle.close());
  await rename(draft, `${path}.gz`);
  await rm(path);
}

/** Packs files one after the other, in the background. */
export class Packer {
  readonly #folder: string;
  readonly #report: (error: unknown) => void;
  readonly #stop = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(folder: string, report: (error: unknown) => void) {
    this.#folder = folder;
    this.#report = report;
  }

  /** What fails stays as it was, and is tried again at the next start. */
  add(name: string): void {
    this.#last = this.#last.then(async () => {
      if (this.#stop.signal.aborted) return;
      try {
        await packFile(this.#folder, name, this.#stop.signal);
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#report(error);
      }
    });
  }

  /** Resolves when all that was added is packed. */
  idle(): Promise<void> {
    return this.#last;
  }

  /** Leaves what is not packed to the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#last;
  }
}
