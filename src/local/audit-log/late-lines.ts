/** Kept in memory at most: more than the requests under way when the disk gets full. */
const MOST_LINES = 10_000;
const MOST_BYTES = 2 ** 22;

/** Lines that could not be written when they should have been; written before anything else as soon as that works. */
export class LateLines {
  #lines: string[] = [];
  #bytes = 0;
  #lost = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0 && this.#lost === 0;
  }

  /** @param line of JSON, an object, with its line break */
  add(line: string): void {
    if (this.#lines.length >= MOST_LINES || this.#bytes + line.length > MOST_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(`${line.slice(0, -2)},"late":true}\n`);
    this.#bytes += line.length;
  }

  /** All that is kept, and how many there was no room for. @param time ms since the epoch */
  text(time: number): string {
    const gap =
      this.#lost === 0 ? '' : `${JSON.stringify({ v: 1, time: new Date(time).toISOString(), lost: this.#lost })}\n`;
    return this.#lines.join('') + gap;
  }

  clear(): void {
    this.#lines = [];
    this.#bytes = 0;
    this.#lost = 0;
  }
}
