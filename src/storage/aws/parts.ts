import type { SearchQuery } from '../../fhir/search/search-query.ts';
import type { Change, Conflict, SearchPage, Store, StoredVersion } from '../store.ts';

/** A counter that conditional commits agree by. */
export interface Lock {
  readonly key: string;
  /** What the counter must still be; absent: anything. */
  readonly expected?: number | undefined;
  /** Count on: whoever has read the counter before must look again. */
  readonly increment: boolean;
}

/** What a counter says. */
export interface LockState {
  readonly key: string;
  /** 0 when it has never been counted. */
  readonly count: number;
  /** When it was counted last, ms since the epoch; 0 when never. */
  readonly at: number;
  /** What the last commits that counted it wrote: the index may be behind them. */
  readonly recent: readonly { readonly type: string; readonly id: string }[];
}

export type TableConflict = (Conflict & { readonly kind: 'version' }) | { readonly kind: 'lock'; readonly key: string };

/** The table of versions: the truth. */
export interface VersionTable extends Pick<Store, 'read' | 'readVersion' | 'readMany' | 'history' | 'close'> {
  /** Appends all changes and counts all locks, or nothing. */
  commit(changes: readonly Change[], locks?: readonly Lock[]): Promise<TableConflict | undefined>;
  /** In the order of the keys; strongly consistent. */
  readLocks(keys: readonly string[]): Promise<readonly LockState[]>;
  /** The versions of a type that were written since a time (ms, the write's), without those of unfinished transactions. */
  writtenSince(
    type: string,
    since: number,
  ): AsyncIterable<{ readonly id: string; readonly version: number; readonly at: number }>;
  /** The types that have ever been written. */
  types(): Promise<readonly string[]>;
  /** A number that is kept under a name. */
  pointer(name: string): Promise<number | undefined>;
  /** Moves it on; never back. */
  movePointer(name: string, to: number): Promise<void>;
}

/** What searches are answered from; behind the table, unless it is brought up to it. */
export interface SearchIndex {
  search(query: SearchQuery): Promise<SearchPage>;
  /** The versions that the index has of some resources, deletions too, whether a search shows them yet or not. */
  versionsOf(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Puts current versions in; those that it has, or that are older, change nothing. @throws StoreUnavailableError */
  write(versions: readonly StoredVersion[]): Promise<void>;
  /** Shows what has been put in. */
  refresh(types: readonly string[]): Promise<void>;
}
