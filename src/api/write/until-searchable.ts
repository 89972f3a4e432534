import type { Change, Store } from '../../storage/store.ts';
import { StoreUnavailableError } from '../../storage/store.ts';
import type { Preferences } from '../negotiation/preferences.ts';

/** s that `Prefer: searchable` waits where nothing is said of it, and at most. */
const WAIT = { usual: 10, most: 25 };

/** A store that remembers what was committed through it. */
export interface WatchedStore {
  readonly store: Store;
  /**
   * Waits until searches find what was committed.
   *
   * @returns true when they do; false when it took too long: the write holds all the same
   */
  untilSearchable(preferences: Preferences): Promise<boolean>;
}

/** Watches a store for a request that prefers to be answered when searches find what it writes (`Prefer: searchable`). */
export function watchStore(store: Store): WatchedStore {
  const written: Pick<Change, 'type' | 'id'>[] = [];
  const watched: Store = {
    read: (type, id) => store.read(type, id),
    readVersion: (type, id, version) => store.readVersion(type, id, version),
    readMany: (keys) => store.readMany(keys),
    history: (query) => store.history(query),
    search: (query) => store.search(query),
    async commit(changes, guards) {
      const conflict = await store.commit(changes, guards);
      if (conflict === undefined) for (const { type, id } of changes) written.push({ type, id });
      return conflict;
    },
    close: () => store.close(),
  };
  return {
    store: watched,
    async untilSearchable({ wait = WAIT.usual }) {
      if (store.searchable === undefined || written.length === 0) return true;
      try {
        return await store.searchable(written, Math.min(wait, WAIT.most) * 1000);
      } catch (error) {
        if (error instanceof StoreUnavailableError) return false;
        throw error;
      }
    },
  };
}
