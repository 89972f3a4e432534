import { describe, expect, it } from 'vitest';
import type { Guard } from '../../src/storage/store.ts';
import { token } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { changeTo, deletion, START, searchQuery } from './mirrored-store.ts';

const SYSTEM = 'urn:guard';

function guard(code: string, ids: readonly string[], asOf?: number): Guard {
  const filter = { op: 'match', parameter: 'identifier', tests: [{ kind: 'token', system: SYSTEM, code }] } as const;
  return {
    query: searchQuery(['Patient'], { filter, count: 10, total: 'none' }),
    criteria: `Patient?identifier=${SYSTEM}|${code}`,
    ids,
    asOf,
  };
}

function patient(id: string, code: string, expected = 0) {
  return changeTo({ type: 'Patient', id, entries: [token('identifier', SYSTEM, code)] }, expected, START);
}

export function describeGuards(open: OpenStore): void {
  describe('guards', () => {
    const opened = useStore(open, ({ store, settled }) => ({
      store,
      /** Commits and waits until search knows. */
      commit: async (...args: Parameters<typeof store.commit>) => {
        const conflict = await store.commit(...args);
        await settled?.();
        return conflict;
      },
    }));

    it('lets a commit through while exactly the named resources match', async () => {
      const { commit } = opened();
      expect(await commit([patient('g1', 'one')], [guard('one', [])])).toBeUndefined();
      expect(await commit([patient('g1', 'one', 1)], [guard('one', ['g1'])])).toBeUndefined();
      expect(await commit([patient('g2', 'one')], [guard('one', ['g1'])])).toBeUndefined();
      expect(await commit([patient('g1', 'one', 2)], [guard('one', ['g2', 'g1'])])).toBeUndefined();
    });

    it.each([
      ['one more matches', [], 'extra'],
      ['another one matches', ['someone'], 'other'],
      ['one fewer matches', ['held', 'absent'], 'held'],
    ])('refuses when %s', async (_, ids, id) => {
      const { commit, store } = opened();
      await commit([patient(id, id)]);
      const held = guard(id, ids);
      expect(await commit([patient(`${id}-new`, 'x')], [held])).toEqual({ kind: 'guard', guard: held });
      expect(await store.read('Patient', `${id}-new`)).toBeUndefined();
    });

    it('judges by what was there before the commit', async () => {
      const { commit } = opened();
      expect(await commit([patient('self', 'self')], [guard('self', [])])).toBeUndefined();
    });

    it('sees that a match was deleted or changed since', async () => {
      const { commit } = opened();
      await commit([patient('t1', 'turn'), patient('t2', 'turn2')]);
      await commit([deletion('Patient', 't1', 1, START), patient('t2', 'elsewhere', 1)]);
      expect(await commit([patient('t3', 'x')], [guard('turn', ['t1'])])).toMatchObject({ kind: 'guard' });
      expect(await commit([patient('t3', 'x')], [guard('turn2', ['t2'])])).toMatchObject({ kind: 'guard' });
      expect(await commit([patient('t3', 'x')], [guard('turn', []), guard('turn2', [])])).toBeUndefined();
    });

    it('needs all of several guards to hold', async () => {
      const { commit, store } = opened();
      await commit([patient('s1', 'several')]);
      const failing = guard('several', []);
      const conflict = await commit([patient('s2', 'x')], [guard('nothing-has-this', []), failing]);
      expect(conflict).toEqual({ kind: 'guard', guard: failing });
      expect(await store.read('Patient', 's2')).toBeUndefined();
    });

    it('trusts the position of a search as long as nothing was written', async () => {
      const { commit, store } = opened();
      const { asOf, matches } = await store.search(guard('position', []).query);
      expect(matches).toEqual([]);
      expect(await commit([patient('p1', 'position')], [guard('position', [], asOf)])).toBeUndefined();
      // The position is stale now, and the condition is checked anew.
      expect(await commit([patient('p2', 'position')], [guard('position', [], asOf)])).toMatchObject({ kind: 'guard' });
      expect(await commit([patient('p2', 'x')], [guard('position', ['p1'], asOf)])).toBeUndefined();
    });

    it('shows what a guarded commit has written, also when the guard has read what was there', async () => {
      const { commit, store } = opened();
      await commit([patient('r1', 'read'), patient('r2', 'read too')]);
      await store.read('Patient', 'r1');
      expect(await commit([deletion('Patient', 'r1', 1, START)], [guard('read', ['r1'])])).toBeUndefined();
      expect(await store.read('Patient', 'r1')).toMatchObject({ version: 2, method: 'DELETE' });
      expect(await commit([patient('r2', 'read no more', 1)], [guard('read too', ['r2'])])).toBeUndefined();
      expect(await store.read('Patient', 'r2')).toMatchObject({ version: 2 });
    });

    it('reports a version conflict where both fail', async () => {
      const { commit } = opened();
      await commit([patient('b1', 'both')]);
      expect(await commit([patient('b1', 'both', 0)], [guard('both', [])])).toBeDefined();
    });

    it('makes one of many concurrent conditional creates', async () => {
      const { store, commit } = opened();
      const attempts = Array.from({ length: 25 }, (_, i) =>
        store.commit([patient(`race-${i}`, 'race')], [guard('race', [])]),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter((conflict) => conflict === undefined)).toHaveLength(1);
      for (const conflict of outcomes) if (conflict !== undefined) expect(conflict.kind).toBe('guard');
      await commit([]);
      expect((await store.search(guard('race', []).query)).matches).toHaveLength(1);
    });
  });
}
