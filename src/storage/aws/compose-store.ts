import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexResource } from '../../fhir/index/index-entry.ts';
import type { Store } from '../store.ts';
import { createCatchUp, type Keys } from './catch-up.ts';
import { createGuardedCommits } from './guarded-commit.ts';
import type { SearchIndex, VersionTable } from './parts.ts';

export interface ComposeOptions {
  readonly table: VersionTable;
  readonly index: SearchIndex;
  readonly indexResource: IndexResource;
  /** ms since the epoch. */
  readonly now: () => number;
  /** ms that a commit may wait for others. */
  readonly budget: number;
}

/** A store whose searches may be a moment behind, and which can be told not to be. */
export interface ComposedStore extends Store {
  /** Resolves when searches of these types see every commit that was acknowledged before. */
  bringUp(types: readonly string[], also?: Keys): Promise<void>;
}

/** The storage port over a table of versions and an index that follows it. */
export function composeStore(options: ComposeOptions): ComposedStore {
  const { table, index, indexResource, now, budget } = options;
  const catchUp = createCatchUp({ table, index, now });
  const guarded = createGuardedCommits({ table, index, catchUp, indexResource, now, budget });
  return {
    read: (type, id) => table.read(type, id),
    readVersion: (type, id, version) => table.readVersion(type, id, version),
    readMany: (keys) => table.readMany(keys),
    history: (query) => table.history(query),
    search: (query) => (query.upToDate === true ? guarded.search(query) : index.search(query)),
    async commit(changes, guards = []) {
      if (guards.length > 0) return guarded.commit(changes, guards);
      const conflict = await table.commit(changes);
      if (conflict?.kind === 'lock') throw new Error('A commit without locks met one.');
      return conflict;
    },
    async searchable(keys, budget) {
      const types = [...new Set(keys.map(({ type }) => type))];
      const brought = catchUp.bring(types, keys).then(() => true);
      const tooLate = new AbortController();
      const timeout = sleep(budget, false, { signal: tooLate.signal, ref: false }).catch(() => false);
      try {
        return await Promise.race([brought, timeout]);
      } finally {
        tooLate.abort();
        // When it was too late, its failure is no one's any more.
        brought.catch(() => undefined);
      }
    },
    bringUp: (types, also) => catchUp.bring(types, also),
    close: () => table.close(),
  };
}
