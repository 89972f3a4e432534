import { performance } from 'node:perf_hooks';
import type { BodyOverflow } from './body-overflow.ts';
import type { Keys } from './keys.ts';
import type { KnownVersions } from './known-versions.ts';
import type { Stamps } from './stamps.ts';
import type { Deadline, Dynamo } from './wire/dynamo.ts';

/** What all parts of one open table share. */
export interface TableContext {
  readonly dynamo: Dynamo;
  readonly table: string;
  readonly keys: Keys;
  readonly known: KnownVersions;
  readonly stamps: Stamps;
  readonly overflow: BodyOverflow | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
  /** ms that one call of the store may take for trying again. */
  readonly budgetMs: number;
  /** ms that a large transaction belongs to its writer without a sign of life. */
  readonly leaseMs: number;
  /** Told what went wrong behind the back of an acknowledged commit. */
  readonly report: (error: unknown) => void;
  /** Called before each step of a large transaction: tests stop it there. */
  readonly beforeStep: ((step: TransactionStep) => void | Promise<void>) | undefined;
}

/** The steps of a large transaction and of its repair. */
export type TransactionStep =
  | 'record'
  | 'manifest'
  | 'item'
  | 'commit'
  | 'finish'
  | 'abort'
  | 'remove'
  | 'remove manifest'
  | 'remove record';

export function deadlineOf({ budgetMs }: TableContext): Deadline {
  return performance.now() + budgetMs;
}
