import { describe, expect, it } from 'vitest';
import { createCatchUp } from '../../../../src/storage/aws/catch-up.ts';
import type { SearchIndex } from '../../../../src/storage/aws/parts.ts';
import { createMemoryTable } from '../../../contract/memory-table.ts';
import { changeTo, START } from '../../../contract/mirrored-store.ts';

/** An index in memory that can fail. */
function createIndex() {
  const versions = new Map<string, number>();
  const calls = { written: 0, refreshed: 0 };
  let failAfter = Number.POSITIVE_INFINITY;
  const index: SearchIndex = {
    search: () => Promise.reject(new Error('not searched here')),
    versionsOf: async (_, ids) => new Map(ids.flatMap((id) => (versions.has(id) ? [[id, versions.get(id) ?? 0]] : []))),
    async write(written) {
      if (calls.written + written.length > failAfter) throw new Error('away');
      calls.written += written.length;
      for (const { id, version } of written) versions.set(id, Math.max(version, versions.get(id) ?? 0));
    },
    refresh: async () => void calls.refreshed++,
  };
  return {
    index,
    versions,
    calls,
    failAfter(count: number) {
      failAfter = count;
    },
  };
}

/** Long after everything was written. */
const later = () => Date.now() + 600_000;

async function tableOf(count: number) {
  const table = createMemoryTable();
  for (let i = 0; i < count; i++) await table.commit([changeTo({ type: 'Patient', id: `p${i}` }, 0, START)]);
  return table;
}

describe('bringing the index up to the table', () => {
  it('puts in what is missing, once', async () => {
    const table = await tableOf(30);
    const { index, versions, calls } = createIndex();
    versions.set('p3', 1);
    const catchUp = createCatchUp({ table, index, now: Date.now });
    await catchUp.bring(['Patient']);
    expect([versions.size, calls]).toEqual([30, { written: 29, refreshed: 1 }]);
    await catchUp.bring(['Patient']);
    expect(calls.written).toBe(29);
  });

  it('has got somewhere when it ends half-way', async () => {
    const table = await tableOf(2500);
    const first = createIndex();
    first.failAfter(1500);
    await expect(createCatchUp({ table, index: first.index, now: later }).bring(['Patient'])).rejects.toThrow('away');
    expect(first.calls.written).toBe(1000);
    first.failAfter(Number.POSITIVE_INFINITY);
    await createCatchUp({ table, index: first.index, now: later }).bring(['Patient']);
    expect([first.versions.size, first.calls.written]).toEqual([2500, 2500]);
    // Nothing of it is looked at again.
    const fresh = createIndex();
    await createCatchUp({ table, index: fresh.index, now: later }).bring(['Patient']);
    expect(fresh.calls).toEqual({ written: 0, refreshed: 0 });
  });

  it('puts in what was just written under a lock, whatever the table says was written since', async () => {
    const table = await tableOf(3);
    const { index, versions, calls } = createIndex();
    const blind = { ...table, async *writtenSince() {} };
    await createCatchUp({ table: blind, index, now: Date.now }).bring(['Patient'], [{ type: 'Patient', id: 'p1' }]);
    expect([[...versions.keys()], calls.refreshed]).toEqual([['p1'], 1]);
  });

  it('serves who comes meanwhile by a look that begins later', async () => {
    const table = await tableOf(1);
    const { index, versions } = createIndex();
    const catchUp = createCatchUp({ table, index, now: Date.now });
    const first = catchUp.bring(['Patient']);
    await table.commit([changeTo({ type: 'Patient', id: 'late' }, 0, START)]);
    await Promise.all([first, catchUp.bring(['Patient']), catchUp.bring(['Patient'])]);
    expect(versions.has('late')).toBe(true);
  });
});
