import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/store.ts';
import { token } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { changeTo, keysOf, START, searchQuery } from './mirrored-store.ts';

/** Adds a version, trying again as long as others come between. */
async function addVersion(store: Store, id: string): Promise<number> {
  for (;;) {
    const expected = (await store.read('Patient', id))?.version ?? 0;
    if ((await store.commit([changeTo({ type: 'Patient', id }, expected, START)])) === undefined) return expected + 1;
  }
}

export function describeConcurrency(open: OpenStore): void {
  describe('concurrency', () => {
    const opened = useStore(open, (it) => it);

    it('gives one of many equal changes the version', async () => {
      const { store } = opened();
      const changes = Array.from({ length: 40 }, (_, i) =>
        changeTo({ type: 'Patient', id: 'one', note: `${i}` }, 0, START),
      );
      const outcomes = await Promise.all(changes.map((change) => store.commit([change])));
      const winner = outcomes.indexOf(undefined);
      expect(outcomes.filter((conflict) => conflict === undefined)).toHaveLength(1);
      for (const conflict of outcomes)
        if (conflict !== undefined)
          expect(conflict).toEqual({ kind: 'version', type: 'Patient', id: 'one', actual: 1 });
      expect((await store.read('Patient', 'one'))?.body).toEqual(changes[winner]?.content?.body);
    });

    it('numbers the versions of many writers without a gap', async () => {
      const { store } = opened();
      const versions = await Promise.all(Array.from({ length: 30 }, () => addVersion(store, 'many')));
      expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
      const { versions: history } = await store.history({ types: ['Patient'], id: 'many', count: 100 });
      expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 30 }, (_, i) => 30 - i));
    });

    it('keeps commits that overlap whole', async () => {
      const { store } = opened();
      const commit = (n: number) => {
        const ids = [0, 1, 2].map((i) => `w${(n + i) % 20}`);
        return store.commit(ids.map((id) => changeTo({ type: 'Whole', id, note: `by ${n}` }, 0, START)));
      };
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => commit(n)));
      const versions = await store.readMany(Array.from({ length: 20 }, (_, i) => ({ type: 'Whole', id: `w${i}` })));
      const written = versions.flatMap((version) => version?.id ?? []);
      const won = outcomes.flatMap((conflict, n) =>
        conflict === undefined ? [0, 1, 2].map((i) => `w${(n + i) % 20}`) : [],
      );
      expect(new Set(won).size).toBe(won.length);
      expect(written.sort()).toEqual(won.sort());
    });

    it('reads what was acknowledged, at once', async () => {
      const { store } = opened();
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const id = `ack${i}`;
          await store.commit([changeTo({ type: 'Patient', id }, 0, START)]);
          expect((await store.read('Patient', id))?.version).toBe(1);
          expect((await store.history({ types: ['Patient'], id, count: 1 })).versions).toHaveLength(1);
        }),
      );
    });

    it('finds each resource by what its current version holds, after a storm of updates', async () => {
      const { store, settled } = opened();
      const ids = Array.from({ length: 10 }, (_, i) => `storm${i}`);
      const last = new Map<string, string>();
      await Promise.all(
        ids.map(async (id, n) => {
          for (let version = 0; version < 20; version++) {
            const code = `c${(n + version) % 7}`;
            await store.commit([changeTo({ type: 'Storm', id, entries: [token('code', 's', code)] }, version, START)]);
            last.set(id, code);
          }
        }),
      );
      await settled?.();
      for (let n = 0; n < 7; n++) {
        const filter = {
          op: 'match',
          parameter: 'code',
          tests: [{ kind: 'token', system: 's', code: `c${n}` }],
        } as const;
        const { matches } = await store.search(searchQuery(['Storm'], { filter }));
        const expected = ids.filter((id) => last.get(id) === `c${n}`).map((id) => `Storm/${id}`);
        expect(keysOf(matches).sort()).toEqual(expected);
      }
    });
  });
}
