import { describe, expect, it } from 'vitest';
import { token } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { changeTo, deletion, keysOf, START, searchQuery } from './mirrored-store.ts';

export function describeCommits(open: OpenStore): void {
  describe('commits', () => {
    const opened = useStore(open, (it) => it);
    const patient = (id: string, expected = 0) => changeTo({ type: 'Patient', id }, expected, START);

    it('commits nothing at all', async () => {
      expect(await opened().store.commit([])).toBeUndefined();
    });

    it.each([1, 2, 7])('refuses to create with version %d expected', async (expected) => {
      const id = `new-${expected}`;
      const conflict = await opened().store.commit([patient(id, expected)]);
      expect(conflict).toEqual({ kind: 'version', type: 'Patient', id, actual: 0 });
      expect(await opened().store.read('Patient', id)).toBeUndefined();
    });

    it('refuses every version but the highest as the expected one', async () => {
      const { store } = opened();
      for (const expected of [0, 1, 2]) await store.commit([patient('three', expected)]);
      for (const expected of [0, 1, 2, 4]) {
        const conflict = await store.commit([patient('three', expected)]);
        expect(conflict).toEqual({ kind: 'version', type: 'Patient', id: 'three', actual: 3 });
      }
      expect((await store.read('Patient', 'three'))?.version).toBe(3);
    });

    it('counts a deletion as a version', async () => {
      const { store } = opened();
      await store.commit([patient('deleted')]);
      await store.commit([deletion('Patient', 'deleted', 1, START)]);
      expect(await store.commit([patient('deleted', 0)])).toMatchObject({ kind: 'version', actual: 2 });
      expect(await store.commit([patient('deleted', 2)])).toBeUndefined();
      expect(await store.read('Patient', 'deleted')).toMatchObject({ version: 3, method: 'PUT' });
    });

    it('writes all of a commit or none', async () => {
      const { store, settled } = opened();
      await store.commit([patient('there')]);
      const entries = [token('code', 's', 'all-or-nothing')];
      const fresh = (id: string) => changeTo({ type: 'Patient', id, entries }, 0, START);
      const changes = [fresh('n1'), fresh('n2'), patient('there', 0), fresh('n3')];
      expect(await store.commit(changes)).toEqual({ kind: 'version', type: 'Patient', id: 'there', actual: 1 });
      const found = await store.readMany(['n1', 'n2', 'n3'].map((id) => ({ type: 'Patient', id })));
      expect(found).toEqual([undefined, undefined, undefined]);
      expect((await store.history({ types: ['Patient'], id: 'n1', count: 10 })).versions).toEqual([]);
      await settled?.();
      const filter = {
        op: 'match',
        parameter: 'code',
        tests: [{ kind: 'token', system: 's', code: 'all-or-nothing' }],
      } as const;
      expect((await store.search(searchQuery(['Patient'], { filter }))).matches).toEqual([]);
      expect(await store.commit([fresh('n1'), fresh('n2'), patient('there', 1), fresh('n3')])).toBeUndefined();
      await settled?.();
      expect((await store.search(searchQuery(['Patient'], { filter }))).total).toBe(3);
    });

    it('takes creations, updates and deletions of several types together', async () => {
      const { store } = opened();
      await store.commit([patient('u'), patient('d')]);
      const conflict = await store.commit([
        patient('u', 1),
        deletion('Patient', 'd', 1, START),
        changeTo({ type: 'Observation', id: 'u' }, 0, START),
      ]);
      expect(conflict).toBeUndefined();
      const keys = [
        { type: 'Patient', id: 'u' },
        { type: 'Patient', id: 'd' },
        { type: 'Observation', id: 'u' },
      ];
      const versions = await store.readMany(keys);
      expect(versions.map((version) => [version?.version, version?.method])).toEqual([
        [2, 'PUT'],
        [2, 'DELETE'],
        [1, 'POST'],
      ]);
    });

    it('takes a thousand changes at once', async () => {
      const { store, settled } = opened();
      const ids = Array.from({ length: 1_000 }, (_, i) => `k${i}`);
      expect(await store.commit(ids.map((id) => changeTo({ type: 'Thousand', id }, 0, START)))).toBeUndefined();
      await settled?.();
      const page = await store.search(searchQuery(['Thousand'], { count: 2_000 }));
      expect(page.total).toBe(1_000);
      expect(keysOf(page.matches).sort()).toEqual(ids.map((id) => `Thousand/${id}`).sort());
      const again = ids.map((id, i) => changeTo({ type: 'Thousand', id }, i === 999 ? 0 : 1, START));
      expect(await store.commit(again)).toEqual({ kind: 'version', type: 'Thousand', id: 'k999', actual: 1 });
      const versions = await store.readMany(ids.map((id) => ({ type: 'Thousand', id })));
      expect(new Set(versions.map((version) => version?.version))).toEqual(new Set([1]));
    });

    it('takes a body of several megabytes', async () => {
      const { store } = opened();
      const change = changeTo({ type: 'Binary', id: 'big', note: 'x'.repeat(5_000_000) }, 0, START);
      expect(await store.commit([change])).toBeUndefined();
      const read = await store.read('Binary', 'big');
      expect(Buffer.from(read?.body ?? []).equals(Buffer.from(change.content?.body ?? []))).toBe(true);
    });
  });
}
