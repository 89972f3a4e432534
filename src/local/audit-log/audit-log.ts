import type { AuditEvent } from '../../audit/audit-event.ts';
import type { AuditPort } from '../../audit/audit-port.ts';
import { eventLine } from '../../audit/event-line.ts';
import { LateLines } from './late-lines.ts';
import type { LogFile } from './log-file.ts';

/** Events that are written together, and what all their requests wait for. */
interface Group {
  readonly lines: string[];
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** It is written within this turn of the event loop. */
  soon: boolean;
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
 * Changes are written before the turn ends. The storage commits in groups too, one a turn: were their answers a turn later than the commit, the
 * requests that follow would come in two groups in place of one, and commit twice as often.
 *
 * After a failure nothing is accepted until a write works; what was refused meanwhile is kept and written first.
 */
export class AuditLog implements AuditPort {
  readonly #file: LogFile;
  readonly #options: AuditLogState;
  readonly #late = new LateLines();
  #waiting: Group | undefined;
  /** Until it is written; settled when nothing is on its way. */
  #last: Promise<void> = Promise.resolve();
  #isFlushing = false;
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
    return this.#enqueue(eventLine(event), event.entity?.[0]?.change !== undefined);
  }

  async close(): Promise<void> {
    while (this.#isFlushing || this.#waiting !== undefined) {
      this.#flush();
      await this.#last.catch(() => undefined);
    }
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

  #enqueue(line: string, soon: boolean): Promise<void> {
    const group = this.#waiting ?? newGroup();
    group.lines.push(line);
    if (soon && !group.soon) process.nextTick(() => this.#flush());
    else if (group !== this.#waiting) setImmediate(() => this.#flush());
    group.soon ||= soon;
    this.#waiting = group;
    return group.written;
  }

  #flush(): void {
    // What waits while another group is on its way to the disk is next.
    if (!this.#isFlushing) void this.#flushAll();
  }

  async #flushAll(): Promise<void> {
    this.#isFlushing = true;
    for (let group = this.#waiting; group !== undefined; group = this.#waiting) {
      this.#waiting = undefined;
      this.#last = group.written;
      try {
        this.#recover();
        this.#isWriting = true;
        this.#file.append(Buffer.from(group.lines.join('')));
        if (this.#options.flush) await this.#file.syncLater();
        group.resolve();
      } catch (error) {
        this.#failed(error, group.lines);
        group.reject(error);
      }
      this.#isWriting = false;
    }
    this.#isFlushing = false;
  }
}

function newGroup(): Group {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const written = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { lines: [], written, resolve, reject, soon: false };
}
