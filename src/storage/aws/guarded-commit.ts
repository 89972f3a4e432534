import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexResource } from '../../fhir/index/index-entry.ts';
import type { SearchQuery } from '../../fhir/search/search-query.ts';
import { guardHolds, guardQuery } from '../guard-check.ts';
import { type Change, type Conflict, type Guard, type SearchPage, StoreUnavailableError } from '../store.ts';
import type { CatchUp } from './catch-up.ts';
import { conditionKeys, contentKeys } from './lock-keys.ts';
import type { Lock, LockState, SearchIndex, TableConflict, VersionTable } from './parts.ts';
import { searchedTypes } from './searched-types.ts';

/** The lock that every conditional commit looks at. Odd while one that has too many locks of its own holds the others off. */
const ALL = '*';

/** So many locks go with the changes into one transaction of the table. */
const MOST_LOCKS = 40;

/** ms after which a hold on all others is that of a commit that has died. */
const HOLD_ENDS = 60_000;

export interface GuardedCommitParts {
  readonly table: VersionTable;
  readonly index: SearchIndex;
  readonly catchUp: CatchUp;
  readonly indexResource: IndexResource;
  /** ms since the epoch. */
  readonly now: () => number;
  /** ms that a commit may wait for others. */
  readonly budget: number;
}

/** The locks that conditions read, and those that a commit counts. */
interface Keys {
  readonly read: readonly string[];
  readonly written: readonly string[];
}

/** `again`: another conditional commit came between. */
type Outcome = Promise<Conflict | undefined | 'again'>;

/** Searches that see everything, and commits that hold them to it. */
export interface GuardedCommits {
  /** A search that sees every commit that was acknowledged before. `asOf` tells whether a conditional commit has come between since. */
  search(query: SearchQuery): Promise<SearchPage>;
  commit(changes: readonly Change[], guards: readonly Guard[]): Promise<Conflict | undefined>;
}

/**
 * Conditional interactions without races, on an index that is behind. Conditional commits that could meet count the same locks in the
 * transaction that writes them: the one that comes second finds the count changed, and looks again, at an index into which what the first
 * has written is put before.
 *
 * A commit without conditions counts nothing, as it would cost every write the double; it needs none: as if it had come after.
 */
export function createGuardedCommits(parts: GuardedCommitParts): GuardedCommits {
  const { table, index, catchUp, indexResource, now, budget } = parts;

  async function upToDate(query: SearchQuery, locks: readonly LockState[]): Promise<SearchPage> {
    await catchUp.bring(
      searchedTypes(query),
      locks.flatMap(({ recent }) => recent),
    );
    return index.search(query);
  }

  /** Waits while another commit holds all others off; one that has died is let go. */
  async function readLocks(keys: readonly string[], deadline: number): Promise<readonly LockState[]> {
    for (;;) {
      const states = await table.readLocks([ALL, ...keys]);
      const [all] = states;
      if (all === undefined || all.count % 2 === 0) return states;
      if (now() - all.at > HOLD_ENDS) await table.commit([], [{ key: ALL, expected: all.count, increment: true }]);
      else if (now() > deadline) throw new StoreUnavailableError('throttled', 5);
      else await sleep(20 + Math.random() * 80);
    }
  }

  async function stillHolds(guard: Guard, locks: readonly LockState[]): Promise<boolean> {
    return guardHolds(guard, await upToDate(guardQuery(guard), locks));
  }

  /** The first guard that does not hold. */
  async function failing(guards: readonly Guard[], states: ReadonlyMap<string, LockState>): Promise<Guard | undefined> {
    for (const guard of guards) {
      const locks = guardKeys(guard).flatMap((key) => states.get(key) ?? []);
      const untouched = guard.asOf !== undefined && guard.asOf === positionOf(locks);
      if (!untouched && !(await stillHolds(guard, locks))) return guard;
    }
    return undefined;
  }

  /** With a lock for each condition and each identifier that is written. */
  async function together(changes: readonly Change[], guards: readonly Guard[], keys: Keys, deadline: number): Outcome {
    const states = byKey(await readLocks(keys.read, deadline));
    const guard = await failing(guards, states);
    if (guard !== undefined) return { kind: 'guard', guard };
    const read = new Set(keys.read);
    const own = keys.written.map((key): Lock => {
      return { key, expected: read.has(key) ? countOf(states, key) : undefined, increment: true };
    });
    return againstLocks(
      await table.commit(changes, [{ key: ALL, expected: countOf(states, ALL), increment: false }, ...own]),
    );
  }

  /** With more locks than one transaction takes: all others are held off meanwhile. */
  async function alone(changes: readonly Change[], guards: readonly Guard[], keys: Keys, deadline: number): Outcome {
    const free = byKey(await readLocks([], deadline));
    const held = await table.commit([], [{ key: ALL, expected: countOf(free, ALL), increment: true }]);
    if (held !== undefined) return 'again';
    const hold = countOf(free, ALL) + 1;
    try {
      const guard = await failing(guards, byKey(await table.readLocks([ALL, ...keys.read])));
      if (guard !== undefined) return { kind: 'guard', guard };
      const conflict = await table.commit(changes, [{ key: ALL, expected: hold, increment: false }]);
      // Whoever is let in next finds what was written, though no lock of its own names it.
      // It is written, whatever becomes of that.
      if (conflict === undefined) {
        const types = [...new Set(changes.map(({ type }) => type))];
        await catchUp.bring(types, changes).catch(() => undefined);
      }
      return againstLocks(conflict);
    } finally {
      await table.commit([], [{ key: ALL, expected: hold, increment: true }]);
    }
  }

  return {
    async search(query) {
      const keys = conditionKeys(query);
      const states = await readLocks(keys, now() + budget);
      const page = await upToDate(query, states);
      return { ...page, asOf: positionOf(states) };
    },
    async commit(changes, guards) {
      const read = [...new Set(guards.flatMap(({ query }) => conditionKeys(query)))];
      const written = [...new Set([...read, ...contentKeys(changes, indexResource)])];
      const deadline = now() + budget;
      for (let tries = 1; ; tries++) {
        const attempt = written.length > MOST_LOCKS ? alone : together;
        const outcome = await attempt(changes, guards, { read, written }, deadline);
        if (outcome !== 'again') return outcome;
        if (now() > deadline) throw new StoreUnavailableError('throttled', 2);
        await sleep(Math.random() * Math.min(500, 5 * 2 ** tries));
      }
    },
  };
}

function guardKeys({ query }: Guard): readonly string[] {
  return [ALL, ...conditionKeys(query)];
}

function byKey(states: readonly LockState[]): ReadonlyMap<string, LockState> {
  return new Map(states.map((state) => [state.key, state]));
}

function countOf(states: ReadonlyMap<string, LockState>, key: string): number {
  return states.get(key)?.count ?? 0;
}

function againstLocks(conflict: TableConflict | undefined): Conflict | undefined | 'again' {
  return conflict?.kind === 'lock' ? 'again' : conflict;
}

/** Counters only grow: as long as their sum is the same, each is. */
function positionOf(states: readonly LockState[]): number {
  return states.reduce((sum, { count }) => sum + count, 0);
}
