import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysOf } from '../../src/storage/aws/table/keys.ts';
import type { OpenVersionTable } from '../../src/storage/aws/table/open-version-table.ts';
import type { Change } from '../../src/storage/store.ts';
import { engineUrl } from '../engines/engines.ts';
import { createTestTable, type TestTable } from './aws-table-store.ts';
import { changeTo, START } from './mirrored-store.ts';

const endpoint = engineUrl('dynamodb');
/** Text that does not compress to what an item takes. */
const NOISE = Array.from({ length: 150_000 }, (_, i) => ((i * 2_654_435_761) >>> 0).toString(36)).join('');

const patient = (id: string, expected = 0, note = 'x') => changeTo({ type: 'Patient', id, note }, expected, START);

function same(body: Uint8Array | undefined, change: Change | undefined): boolean {
  return Buffer.from(change?.content?.body ?? []).equals(body ?? Buffer.of(0));
}

describe.skipIf(endpoint === undefined)('the table of versions', () => {
  let table: TestTable;
  let store: OpenVersionTable;
  beforeAll(async () => {
    table = await createTestTable(endpoint ?? '');
    store = table.open();
  });
  afterAll(() => table.drop());

  describe('bodies that an item has no room for', () => {
    it.each([
      ['alone', ['alone']],
      ['together with others', ['with1', 'with2']],
    ])('come back as they were, %s', async (_, ids) => {
      const changes = ids.map((id) => patient(id, 0, NOISE));
      expect(await store.commit(changes)).toBeUndefined();
      for (const [i, id] of ids.entries()) {
        expect(same((await store.read('Patient', id))?.body, changes[i])).toBe(true);
        const { versions } = await store.history({ types: ['Patient'], id, count: 2 });
        expect(same(versions[0]?.body, changes[i])).toBe(true);
      }
    });

    it('are not kept when the commit meets a conflict', async () => {
      await store.commit([patient('there')]);
      const before = table.overflow.bodies.size;
      expect(await store.commit([patient('there', 0, NOISE)])).toMatchObject({ actual: 1 });
      expect(await store.commit([patient('not there', 0, NOISE), patient('there')])).toMatchObject({ actual: 1 });
      const [lock] = [{ key: 'no', expected: 7, increment: true }];
      expect(await store.commit([patient('not there', 0, NOISE)], [lock])).toEqual({ kind: 'lock', key: 'no' });
      const other = table.open();
      const [one, two] = await Promise.all([
        store.commit([patient('both', 0, NOISE)]),
        other.commit([patient('both', 0, NOISE)]),
      ]);
      expect([one, two].filter((conflict) => conflict === undefined)).toHaveLength(1);
      expect(table.overflow.bodies.size).toBe(before + 1);
    });

    it('are refused without a place for them, before anything is written', async () => {
      const bare = table.open({ overflow: undefined });
      await expect(bare.commit([patient('bare', 0, NOISE)])).rejects.toThrow('too large');
      expect(await store.read('Patient', 'bare')).toBeUndefined();
    });
  });

  describe('locks', () => {
    it('count, each commit that says so', async () => {
      const count = async () => (await store.readLocks(['a']))[0]?.count;
      expect(await count()).toBe(0);
      for (const expected of [0, 1, undefined, 3, undefined]) {
        expect(await store.commit([], [{ key: 'a', expected, increment: true }])).toBeUndefined();
      }
      expect(await count()).toBe(5);
      expect(await store.commit([patient('l1')], [{ key: 'a', expected: 5, increment: false }])).toBeUndefined();
      expect(await count()).toBe(5);
    });

    it.each([true, false])('hold a commit up when they were counted meanwhile, counting: %s', async (increment) => {
      await store.commit([], [{ key: 'held', increment: true }]);
      const conflict = await store.commit([patient('held')], [{ key: 'held', expected: 0, increment }]);
      expect(conflict).toEqual({ kind: 'lock', key: 'held' });
      expect(await store.read('Patient', 'held')).toBeUndefined();
    });

    it('say what their last commits wrote, and when, those of other processes too', async () => {
      for (let n = 0; n < 25; n++) {
        const [state] = await store.readLocks(['recent']);
        const writer = n % 3 === 0 ? table.open() : store;
        await writer.commit([patient(`r${n}`)], [{ key: 'recent', expected: state?.count, increment: true }]);
      }
      const [state] = await store.readLocks(['recent']);
      const last = Array.from({ length: 20 }, (_, i) => ({ type: 'Patient', id: `r${i + 5}` }));
      expect(state?.recent.slice(-20)).toEqual(last);
      expect(state?.recent.length).toBeLessThan(30);
      expect(Math.abs(Date.now() - (state?.at ?? 0))).toBeLessThan(60_000);
      expect(await store.readLocks(['x', 'recent'])).toEqual([{ key: 'x', count: 0, at: 0, recent: [] }, state]);
    });

    it('go a day after they were counted last, and who has read one before looks again', async () => {
      await store.commit([], [{ key: 'old', increment: true }]);
      const Key = { pk: { S: keysOf('-').lock('old') }, v: { N: '0' } };
      const deadline = performance.now() + 9000;
      const { Item } = await table.dynamo.call('GetItem', { TableName: table.name, Key }, deadline);
      const expires = Number((Item?.expires as { N?: string } | undefined)?.N);
      expect(expires * 1000 - Date.now()).toBeGreaterThan(23 * 3_600_000);
      expect(expires * 1000 - Date.now()).toBeLessThan(25 * 3_600_000);
      // As DynamoDB does when the time has come.
      await table.dynamo.call('DeleteItem', { TableName: table.name, Key }, deadline);
      const counted = (expected: number) => store.commit([], [{ key: 'old', expected, increment: true }]);
      expect(await counted(1)).toEqual({ kind: 'lock', key: 'old' });
      expect(await counted(0)).toBeUndefined();
      expect((await store.readLocks(['old']))[0]?.count).toBe(1);
    });

    it('stay small, however often they are counted without being read', async () => {
      for (let n = 0; n < 9; n++) {
        const changes = Array.from({ length: 60 }, (_, i) => patient(`s${n}-${i}`));
        expect(await store.commit(changes, [{ key: 'small', increment: true }])).toBeUndefined();
      }
      const [state] = await store.readLocks(['small']);
      expect(state?.count).toBe(9);
      expect(state?.recent.length).toBeLessThanOrEqual(460);
      expect(state?.recent.slice(-60).map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, i) => `s8-${i}`));
    });
  });

  describe('pointers', () => {
    it('move on, never back', async () => {
      expect(await store.pointer('p')).toBeUndefined();
      const seen = [];
      for (const to of [5, 3, 9, 9, 8]) {
        await store.movePointer('p', to);
        seen.push(await store.pointer('p'));
      }
      expect(seen).toEqual([5, 5, 9, 9, 9]);
    });
  });

  describe('tenants', () => {
    it('see nothing of each other', async () => {
      const acme = table.open({ tenant: 'acme' });
      expect(await acme.commit([patient('own')])).toBeUndefined();
      await acme.movePointer('q', 1);
      expect(await acme.types()).toEqual(['Patient']);
      expect((await acme.history({ count: 10 })).versions.map(({ id }) => id)).toEqual(['own']);
      expect(await store.read('Patient', 'own')).toBeUndefined();
      expect(await store.pointer('q')).toBeUndefined();
    });
  });

  it('says what was written since a time, oldest first, and of which types', async () => {
    await store.commit([changeTo({ type: 'Device', id: 'd1' }, 0, START)]);
    await store.commit([changeTo({ type: 'Device', id: 'd2' }, 0, START)]);
    await store.commit([changeTo({ type: 'Device', id: 'd1' }, 1, START)]);
    const written: { readonly id: string; readonly version: number; readonly at: number }[] = [];
    for await (const each of store.writtenSince('Device', 0)) written.push(each);
    expect(written.map(({ id, version }) => `${id}/${version}`)).toEqual(['d1/1', 'd2/1', 'd1/2']);
    const since = [];
    for await (const { id, version } of store.writtenSince('Device', written[2]?.at ?? 0))
      since.push(`${id}/${version}`);
    expect(since.at(-1)).toBe('d1/2');
    expect(since.length).toBeLessThanOrEqual(written.filter(({ at }) => at >= (written[2]?.at ?? 0)).length);
    expect(await table.open().types()).toEqual(expect.arrayContaining(['Device', 'Patient']));
  });
});
