import { describe, expect, it } from 'vitest';
import { token } from './entries.ts';
import { type OpenedStore, type OpenStore, SUITE_RULES, useStore } from './harness.ts';
import { bodyText, changeTo, deletion, keysOf, START, searchQuery } from './mirrored-store.ts';

const body = (type: string, id: string, version: number) =>
  JSON.stringify({
    resourceType: type,
    id,
    meta: { versionId: String(version), lastUpdated: new Date(START + version).toISOString() },
    _entries: [],
  });

/** Writes versions 1, 2, (3, a deletion,) 4 of Patient/a, one millisecond apart. */
async function writeFour({ store }: OpenedStore): Promise<void> {
  for (const version of [1, 2, 3, 4]) {
    const updated = START + version;
    const change =
      version === 3
        ? deletion('Patient', 'a', 2, updated)
        : changeTo({ type: 'Patient', id: 'a' }, version - 1, updated);
    expect(await store.commit([change])).toBeUndefined();
  }
}

export function describeVersions(open: OpenStore): void {
  describe('versions', () => {
    const opened = useStore(open, async (it) => {
      await writeFour(it);
      return it;
    });

    it('reads nothing where nothing was ever written', async () => {
      const { store } = opened();
      expect(await store.read('Patient', 'nobody')).toBeUndefined();
      expect(await store.read('Unheard', 'a')).toBeUndefined();
      expect(await store.readVersion('Patient', 'nobody', 1)).toBeUndefined();
    });

    it('reads the current version with all that was committed', async () => {
      const current = await opened().store.read('Patient', 'a');
      expect(current).toMatchObject({ type: 'Patient', id: 'a', version: 4, lastUpdated: START + 4, method: 'PUT' });
      expect(bodyText(current)).toBe(body('Patient', 'a', 4));
    });

    it('reads every version ever written', async () => {
      const { store } = opened();
      const methods = ['POST', 'PUT', 'DELETE', 'PUT'];
      for (const [i, method] of methods.entries()) {
        const version = await store.readVersion('Patient', 'a', i + 1);
        expect(version).toMatchObject({ version: i + 1, lastUpdated: START + i + 1, method });
        expect(bodyText(version)).toBe(method === 'DELETE' ? undefined : body('Patient', 'a', i + 1));
      }
    });

    it.each([0, 5, -1, 1.5, 2 ** 40])('has no version %d of a resource with four', async (version) => {
      expect(await opened().store.readVersion('Patient', 'a', version)).toBeUndefined();
    });

    it('reads a deletion as a version without a body', async () => {
      const { store } = opened();
      await store.commit([changeTo({ type: 'Patient', id: 'gone' }, 0, START)]);
      await store.commit([deletion('Patient', 'gone', 1, START + 1)]);
      const current = await store.read('Patient', 'gone');
      expect(current).toMatchObject({ version: 2, method: 'DELETE', lastUpdated: START + 1 });
      expect(current?.body).toBeUndefined();
    });

    it('keeps ids apart by type', async () => {
      const { store } = opened();
      await store.commit([changeTo({ type: 'Observation', id: 'a' }, 0, START)]);
      expect((await store.read('Observation', 'a'))?.version).toBe(1);
      expect((await store.read('Patient', 'a'))?.version).toBe(4);
    });

    it('tells ids that differ by case', async () => {
      const { store } = opened();
      await store.commit([changeTo({ type: 'Patient', id: 'Case' }, 0, START)]);
      expect(await store.read('Patient', 'case')).toBeUndefined();
      await store.commit([changeTo({ type: 'Patient', id: 'case' }, 0, START)]);
      expect((await store.read('Patient', 'Case'))?.id).toBe('Case');
    });

    it('reads many in the order asked for', async () => {
      const { store } = opened();
      const keys = ['x', 'a', 'y', 'a', 'Case'].map((id) => ({ type: 'Patient', id }));
      const found = await store.readMany(keys);
      expect(found.map((version) => version && `${version.id}:${version.version}`)).toEqual([
        undefined,
        'a:4',
        undefined,
        'a:4',
        'Case:1',
      ]);
      expect(await store.readMany([])).toEqual([]);
    });

    it('finds a resource by its current version alone', async () => {
      const { store, settled } = opened();
      const write = (code: string) => ({ type: 'Device', id: 'd', entries: [token('code', 's', code)] });
      await store.commit([changeTo(write('old'), 0, START)]);
      await store.commit([changeTo(write('new'), 1, START)]);
      const find = async (code: string) => {
        await settled?.();
        const tests = [{ kind: 'token', system: 's', code }] as const;
        const page = await store.search(searchQuery(['Device'], { filter: { op: 'match', parameter: 'code', tests } }));
        return keysOf(page.matches);
      };
      expect(await find('old')).toEqual([]);
      expect(await find('new')).toEqual(['Device/d']);
      await store.commit([deletion('Device', 'd', 2, START)]);
      expect(await find('new')).toEqual([]);
      await store.commit([changeTo(write('back'), 3, START)]);
      expect(await find('new')).toEqual([]);
      expect(await find('back')).toEqual(['Device/d']);
    });

    it('has everything after it is opened again', async () => {
      const own = await open((resource) => (resource.id === 'b' ? [token('code', 's', 'b')] : []), SUITE_RULES);
      await writeFour(own);
      await own.store.commit([changeTo({ type: 'Patient', id: 'b' }, 0, START)]);
      const store = own.reopen === undefined ? own.store : await own.reopen();
      expect((await store.read('Patient', 'a'))?.version).toBe(4);
      expect(bodyText(await store.readVersion('Patient', 'a', 2))).toBe(body('Patient', 'a', 2));
      const stale = await store.commit([changeTo({ type: 'Patient', id: 'a' }, 3, START)]);
      expect(stale).toMatchObject({ kind: 'version', actual: 4 });
      expect(await store.commit([changeTo({ type: 'Patient', id: 'c' }, 0, START)])).toBeUndefined();
      await own.settled?.();
      const filter = { op: 'match', parameter: 'code', tests: [{ kind: 'token', code: 'b' }] } as const;
      expect(keysOf((await store.search(searchQuery(['Patient'], { filter }))).matches)).toEqual(['Patient/b']);
      await store.close();
    });
  });
}
