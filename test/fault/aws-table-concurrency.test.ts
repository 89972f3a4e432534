import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/storage/store.ts';
import { createTestTable, type TestTable } from '../contract/aws-table-store.ts';
import { changeTo, START } from '../contract/mirrored-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { untidy } from './aws-table-content.ts';

const endpoint = engineUrl('dynamodb');

const patients = (from: number, count: number, expected: number, note: string): Change[] =>
  Array.from({ length: count }, (_, i) => changeTo({ type: 'Patient', id: `p${from + i}`, note }, expected, START));

describe.skipIf(endpoint === undefined)('large transactions among others', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await createTestTable(endpoint ?? '');
  });
  afterAll(() => table.drop());

  it('show all of a commit or nothing of it to whoever reads meanwhile', async () => {
    const writer = table.open();
    const reader = table.open();
    const ids = ['p0', 'p60', 'p149'].map((id) => ({ type: 'Patient', id }));
    for (const expected of [0, 1]) {
      let done = false;
      const commit = writer.commit(patients(0, 150, expected, 'x')).finally(() => {
        done = true;
      });
      const seen: string[] = [];
      while (!done) {
        const together = await reader.readMany(ids);
        const versions = new Set(together.map((version) => version?.version ?? 0));
        expect(versions.size).toBe(1);
        // One after the other: what one read has seen, the next sees.
        const one = (await reader.read('Patient', 'p149'))?.version ?? 0;
        const other = (await reader.readVersion('Patient', 'p0', expected + 1)) === undefined ? expected : expected + 1;
        const of = (await reader.history({ types: ['Patient'], id: 'p60', count: 5 })).versions.length;
        const [first = 0] = versions;
        const order = [first, one, other, of];
        expect(order).toEqual([...order].sort());
        seen.push(...order.map(String));
      }
      expect(await commit).toBeUndefined();
      expect(new Set(seen)).toContain(String(expected));
      expect((await reader.read('Patient', 'p60'))?.version).toBe(expected + 1);
    }
  });

  it('take turns where they overlap: each is whole', async () => {
    const writers = [0, 1, 2, 3].map((n) => ({ n, table: table.open({ budgetMs: 50_000 }) }));
    const outcomes = await Promise.all(
      writers.map(({ n, table }) => table.commit(patients(1000 + n * 50, 120, 0, `by ${n}`))),
    );
    expect(outcomes).toContain(undefined);
    const reader = table.open();
    for (const [n, conflict] of outcomes.entries()) {
      const versions = await reader.readMany(patients(1000 + n * 50, 120, 0, '').map(({ type, id }) => ({ type, id })));
      const own = versions.filter((v) => v?.body !== undefined && Buffer.from(v.body).toString().includes(`by ${n}`));
      expect(own).toHaveLength(conflict === undefined ? 120 : 0);
      if (conflict !== undefined) expect(conflict).toMatchObject({ kind: 'version', actual: 1 });
    }
    expect(await untidy(table)).toEqual([]);
  });

  it('and single writers take turns', async () => {
    const [large, single] = [table.open(), table.open()];
    const [all, one] = await Promise.all([
      large.commit(patients(2000, 130, 0, 'large')),
      single.commit(patients(2100, 1, 0, 'single')),
    ]);
    expect([all, one].filter((conflict) => conflict === undefined)).toHaveLength(1);
    const current = await table.open().read('Patient', 'p2100');
    expect(Buffer.from(current?.body ?? []).toString()).toContain(all === undefined ? 'large' : 'single');
  });

  it('let one of many under the same lock through', async () => {
    const lock = { key: 'one', expected: 0, increment: true };
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        table.open().commit(patients(3000 + n * 200, n % 2 === 0 ? 3 : 110, 0, 'x'), [lock]),
      ),
    );
    expect(outcomes.filter((conflict) => conflict === undefined)).toHaveLength(1);
    for (const conflict of outcomes) if (conflict) expect(conflict).toEqual({ kind: 'lock', key: 'one' });
    const [state] = await table.open().readLocks(['one']);
    expect(state?.count).toBe(1);
    const winner = outcomes.indexOf(undefined);
    expect(state?.recent.map(({ id }) => id)).toContain(`p${3000 + winner * 200}`);
    for (const [n] of outcomes.entries()) {
      const there = (await table.open().read('Patient', `p${3000 + n * 200}`)) !== undefined;
      expect(there).toBe(n === winner);
    }
  });
});
