import type { VersionTable } from '../parts.ts';
import type { BodyOverflow } from './body-overflow.ts';
import { createCommit } from './commit.ts';
import { historyEntries } from './history-entries.ts';
import { instanceHistory } from './instance-history.ts';
import { keysOf } from './keys.ts';
import { KnownVersions } from './known-versions.ts';
import { createLocks } from './locks.ts';
import { createReads } from './read-versions.ts';
import { sweepTransactions } from './repair-transaction.ts';
import { createSmallRecords } from './small-records.ts';
import { createStamps, firstStampOf, timeOf } from './stamps.ts';
import { deadlineOf, type TableContext, type TransactionStep } from './table-context.ts';
import { typesHistory } from './types-history.ts';
import type { Dynamo } from './wire/dynamo.ts';

export interface VersionTableOptions {
  /** Closed with the table. */
  readonly dynamo: Dynamo;
  /** The table's name. */
  readonly table: string;
  /** Whose resources; default '-'. */
  readonly tenant?: string | undefined;
  /** Where bodies go that an item has no room for; without it they are refused. */
  readonly overflow?: BodyOverflow | undefined;
  /** ms since the epoch; default: the system's clock. */
  readonly now?: (() => number) | undefined;
  /** ms that a request is tried for; default 10,000. */
  readonly budgetMs?: number | undefined;
  /** ms after which the writer of a large transaction is taken for dead when it gives no sign of life; default 60,000. */
  readonly leaseMs?: number | undefined;
  /** Told of failures after which a commit counts all the same: what is left is tidied up by `sweep`. */
  readonly report?: ((error: unknown) => void) | undefined;
  /** For tests: called before each step of a large transaction. */
  readonly beforeStep?: ((step: TransactionStep) => void | Promise<void>) | undefined;
}

/** The table of versions, and what keeps it tidy. */
export interface OpenVersionTable extends VersionTable {
  /**
   * Finishes large transactions that were committed before a time, and removes those whose writers died before it (ms since the epoch).
   * To be called every few minutes, by anyone.
   *
   * @returns how many
   */
  sweep(before: number): Promise<number>;
}

/** Keys that are read at once when the index is brought up to the table. */
const SINCE_PAGE = 1000;

/**
 * Versions in a DynamoDB table; `create-table.ts` says what it looks like.
 *
 * @example openVersionTable({ dynamo: connectDynamo({ region, credentials }), table: 'fhir-prod' })
 */
export function openVersionTable(options: VersionTableOptions): OpenVersionTable {
  const now = options.now ?? Date.now;
  const context: TableContext = {
    dynamo: options.dynamo,
    table: options.table,
    keys: keysOf(options.tenant ?? '-'),
    known: new KnownVersions(),
    stamps: createStamps(now),
    overflow: options.overflow,
    now,
    budgetMs: options.budgetMs ?? 10_000,
    leaseMs: options.leaseMs ?? 60_000,
    report: options.report ?? (() => {}),
    beforeStep: options.beforeStep,
  };
  const locks = createLocks(context);
  const records = createSmallRecords(context);
  const commit = createCommit(context, locks, records);
  const { types, pointer, movePointer } = records;

  return {
    ...createReads(context),
    commit: (changes, wanted = []) => commit(changes, wanted),
    readLocks: locks.read,
    types,
    pointer,
    movePointer,
    async history(query) {
      const [first] = query.types ?? [];
      if (query.id !== undefined && first !== undefined) return instanceHistory(context, first, query.id, query);
      return typesHistory(context, query.types ?? (await types()), query);
    },
    async *writtenSince(type, since) {
      const range = { types: [type], from: firstStampOf(since), order: 'oldest first', pageSize: SINCE_PAGE } as const;
      for await (const { partition, version, stamp } of historyEntries(context, range, () => deadlineOf(context))) {
        yield { id: context.keys.parse(partition).id, version, at: timeOf(stamp) };
      }
    },
    sweep: (before) => sweepTransactions(context, before),
    async close() {
      context.dynamo.close();
    },
  };
}
