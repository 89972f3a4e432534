import { BATCH_SIZE, requestsFor } from './content-requests.ts';
import { exchange, type ImportContext } from './import-context.ts';
import type { ImportFile } from './import-file.ts';
import { type Line, lines } from './lines.ts';
import { batchRequest, type Outgoing, type Piece } from './outgoing.ts';
import { parseLine } from './parse-line.ts';
import { contentStream, MAX_WHOLE_BYTES } from './read-file.ts';
import { reasonOf } from './reason.ts';

/** Bytes of one batch. */
const BATCH_BYTES = 4 * 2 ** 20;

/** Lines that are answered together. */
interface Unit {
  readonly lastLine: number;
  answered: boolean;
}

/** Imports a .ndjson file: a resource or a bundle a line. What is in memory does not grow with the file. */
export class NdjsonImport {
  readonly #file: ImportFile;
  readonly #sha256: string;
  readonly #context: ImportContext;
  /** In the order of the file; those at the front that are answered are noted and dropped. */
  readonly #units: Unit[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #pieces: Piece[] = [];
  #bytes = 0;
  #lastLine = 0;
  #refused: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(file: ImportFile, sha256: string, context: ImportContext) {
    this.#file = file;
    this.#sha256 = sha256;
    this.#context = context;
    this.#refused = this.#before()?.refused ?? 0;
  }

  /** Resolves when all of it is answered (true), or all that had begun when the import was stopped. */
  async run(): Promise<boolean> {
    const skip = this.#before()?.line ?? 0;
    if (skip > 0) this.#context.onNote(`${this.#file.name} goes on after line ${skip}.`);
    const stream = contentStream(this.#file, this.#context.onBytes);
    try {
      for await (const line of lines(stream, MAX_WHOLE_BYTES)) {
        if (this.#failure !== undefined || this.#context.stopped()) break;
        if (line.number > skip) await this.#take(line);
      }
      if (!this.#context.stopped()) await this.#flush();
    } catch (error) {
      this.#refuse(undefined, reasonOf(error));
    } finally {
      stream.destroy();
      await Promise.all(this.#inFlight);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#context.stopped()) return false;
    this.#note('done');
    return true;
  }

  #before() {
    const entry = this.#context.resume ? this.#context.journal.find(this.#sha256) : undefined;
    return entry?.state === 'part' ? entry : undefined;
  }

  async #take(line: Line): Promise<void> {
    this.#lastLine = line.number;
    try {
      const { type, id } = parseLine(line.bytes);
      if (type === 'Bundle') {
        const requests = requestsFor(line.bytes, line.number);
        await this.#flush();
        return await this.#send(requests, line.number);
      }
      // The line's bytes lie in a chunk that the stream gave: kept for a moment only.
      this.#pieces.push({ place: { line: line.number, type, id }, json: line.bytes });
      this.#bytes += line.bytes.length;
    } catch (error) {
      this.#refuse(line.number, reasonOf(error));
    }
    if (this.#pieces.length >= BATCH_SIZE || this.#bytes >= BATCH_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    if (pieces.length > 0) await this.#send([batchRequest(pieces)], this.#lastLine);
  }

  /** Waits for a slot, not for the answer. */
  async #send(requests: readonly Outgoing[], lastLine: number): Promise<void> {
    const unit: Unit = { lastLine, answered: false };
    this.#units.push(unit);
    await this.#context.slots.acquire();
    const work = this.#exchange(requests, unit)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#context.slots.release();
        this.#inFlight.delete(work);
      });
    this.#inFlight.add(work);
  }

  async #exchange(requests: readonly Outgoing[], unit: Unit): Promise<void> {
    for (const request of requests) {
      const answer = await exchange(this.#context.target, request);
      this.#context.tally.add(this.#file.name, answer);
      this.#refused += answer.refusedTypes.length;
      if (answer.refusedTypes.length > 0) this.#context.onRefused();
    }
    unit.answered = true;
    let line: number | undefined;
    while (this.#units[0]?.answered) line = this.#units.shift()?.lastLine;
    if (line !== undefined) this.#note('part', line);
  }

  #refuse(line: number | undefined, text: string): void {
    this.#refused += 1;
    this.#context.tally.refuse({ file: this.#file.name, line, text });
    this.#context.onRefused();
  }

  #note(state: 'part' | 'done', line?: number): void {
    this.#context.journal.add({ sha256: this.#sha256, file: this.#file.name, state, line, refused: this.#refused });
  }
}
