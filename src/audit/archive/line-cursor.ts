import type { ArchiveLine } from './archive-line.ts';

/** Lines in their order, many at a time: one at a time would cost more than what is done with them. */
export type LineBatches = AsyncIterable<readonly ArchiveLine[]>;

/** Lines that go out together. */
export const BATCH = 500;

/** Reads batches line by line, without waiting where a line is there already. */
export class LineCursor {
  readonly #batches: AsyncIterator<readonly ArchiveLine[]>;
  #batch: readonly ArchiveLine[] = [];
  #at = 0;

  constructor(batches: LineBatches) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** The line that is next; undefined at the end, and where `fill` is to be called first. */
  get current(): ArchiveLine | undefined {
    return this.#batch[this.#at];
  }

  /** Goes on to the next line. @returns false where `fill` is to be called first */
  next(): boolean {
    this.#at += 1;
    return this.#at < this.#batch.length;
  }

  /** Fetches lines, if none is left. */
  async fill(): Promise<void> {
    while (this.#at >= this.#batch.length) {
      const { done, value } = await this.#batches.next();
      if (done) return;
      this.#batch = value;
      this.#at = 0;
    }
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}
