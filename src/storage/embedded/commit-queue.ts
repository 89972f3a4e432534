import type { Change, Conflict, Guard } from '../store.ts';
import type { Database } from './sqlite.ts';

/** A commit that waits for its turn. */
export interface Pending {
  readonly changes: readonly Change[];
  readonly guards: readonly Guard[];
  readonly resolve: (conflict: Conflict | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Checks one commit inside the open transaction and, where nothing is against it, writes it. */
export type ApplyCommit = (changes: readonly Change[], guards: readonly Guard[]) => Conflict | undefined;

/**
 * Puts commits that arrive together into one SQLite transaction: each still succeeds or fails by itself, as its conditions are checked
 * before its first row is written. The cost of a transaction, and with `synchronous=FULL` of a disk flush, is shared.
 */
export class CommitQueue {
  readonly #database: Database;
  readonly #beforeTransaction: () => void;
  readonly #apply: ApplyCommit;
  readonly #rolledBack: () => void;
  #waiting: Pending[] = [];

  constructor(database: Database, beforeTransaction: () => void, apply: ApplyCommit, rolledBack: () => void) {
    this.#database = database;
    this.#beforeTransaction = beforeTransaction;
    this.#apply = apply;
    this.#rolledBack = rolledBack;
  }

  add(changes: readonly Change[], guards: readonly Guard[]): Promise<Conflict | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, guards, resolve, reject });
      // The first of a group waits for the others that this turn of the event loop brings.
      if (this.#waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Writes all that waits. */
  flush(): void {
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length === 0) return;
    try {
      const conflicts = this.#transact(group);
      for (const [i, pending] of group.entries()) pending.resolve(conflicts[i]);
    } catch (error) {
      // One of them can't be written (a full disk, a value SQLite refuses): the others must not suffer for it.
      if (group.length === 1) group[0]?.reject(error);
      else for (const pending of group) this.#alone(pending);
    }
  }

  #alone(pending: Pending): void {
    try {
      pending.resolve(this.#transact([pending])[0]);
    } catch (error) {
      pending.reject(error);
    }
  }

  #transact(group: readonly Pending[]): (Conflict | undefined)[] {
    this.#beforeTransaction();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const conflicts = group.map(({ changes, guards }) => this.#apply(changes, guards));
      this.#database.exec('COMMIT');
      return conflicts;
    } catch (error) {
      // A full disk can have rolled back already.
      try {
        this.#database.exec('ROLLBACK');
      } catch {}
      this.#rolledBack();
      throw error;
    }
  }
}
