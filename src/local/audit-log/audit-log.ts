import type { AuditEvent } from '../../audit/audit-event.ts';
import type { AuditPort } from '../../audit/audit-port.ts';
import { eventLine } from './event-line.ts';
import { LateLines } from './late-lines.ts';
import type { LogFile } from './log-file.ts';

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface AuditLogState {
  /** Flush to the disk before an event counts as kept. */
  readonly flush: boolean;
  /** ms after a failure for which nothing is tried again. */
  readonly retryAfter: number;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Writes events to the log's file. Those that one turn of the event loop brings are written together: under load a write for each would be a
 * tenth of a small search. It is written at once, as the operating system takes it in microseconds (a write by Node's threads takes 40). Flushing
 * takes a millisecond: events that come meanwhile share the next one.
 *
 * After a failure nothing is accepted until a write works; what was refused meanwhile is kept and written first.
 */
export class AuditLog implements AuditPort {
  readonly #file: LogFile;
  readonly #options: AuditLogState;
  readonly #late = new LateLines();
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  /** A group is on its way to the disk. */
  #isWriting = false;
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(file: LogFile, options: AuditLogState) {
    this.#file = file;
    this.#options = options;
  }

  /** @throws when the last write failed and another attempt fails too */
  ready(): void {
    if (this.#failure !== undefined) this.#recover();
  }

  record(event: AuditEvent): Promise<void> {
    return this.#enqueue(eventLine(event));
  }

  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    try {
      this.#writeLate();
    } finally {
      this.#file.close();
    }
  }

  /** Writes what was left over, if it is time to try again. @throws when that can't be done */
  #recover(): void {
    if (this.#failure === undefined) return;
    const { error, at } = this.#failure;
    const { now, retryAfter, flush } = this.#options;
    const since = now() - at;
    if (this.#isWriting || (since >= 0 && since < retryAfter)) throw error;
    try {
      this.#writeLate();
      if (flush) this.#file.sync();
      this.#failure = undefined;
    } catch (again) {
      this.#failure = { error: again, at: now() };
      throw again;
    }
  }

  #writeLate(): void {
    if (this.#late.isEmpty) return;
    this.#file.append(Buffer.from(this.#late.text(this.#options.now())));
    this.#late.clear();
  }

  #failed(error: unknown, lines: readonly string[]): void {
    for (const line of lines) this.#late.add(line);
    this.#failure ??= { error, at: this.#options.now() };
  }

  #enqueue(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      // The first of a group waits for the others that this turn of the event loop brings.
      this.#flushing ??= new Promise((done) => setImmediate(() => void this.#flushAll().then(done)));
    });
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        this.#recover();
        this.#isWriting = true;
        this.#file.append(Buffer.from(group.map(({ line }) => line).join('')));
        if (this.#options.flush) await this.#file.syncLater();
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failed(
          error,
          group.map(({ line }) => line),
        );
        for (const { reject } of group) reject(error);
      }
      this.#isWriting = false;
    }
    this.#flushing = undefined;
  }
}
