import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransactionStep } from '../../src/storage/aws/table/table-context.ts';
import { StoreUnavailableError } from '../../src/storage/store.ts';
import { createTestTable, type TestTable } from '../contract/aws-table-store.ts';
import { changeTo, START } from '../contract/mirrored-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { EXISTING, largeCommit, untidy, visibleTo, writeExisting } from './aws-table-content.ts';

const endpoint = engineUrl('dynamodb');
const HOUR = 3_600_000;

/** The step before which the writer dies, how many of its kind it has taken, whether the commit counts. */
const CRASHES: readonly (readonly [TransactionStep, number, boolean])[] = [
  ['record', 0, false],
  ['manifest', 0, false],
  ['item', 0, false],
  ['item', 50, false],
  ['item', 110, false],
  ['commit', 0, false],
  ['finish', 0, true],
  ['finish', 50, true],
  ['finish', 110, true],
  ['remove manifest', 0, true],
  ['remove record', 0, true],
];

/** Calls `reached` before the step, and goes no further. */
function dieBefore(step: TransactionStep, after: number, reached: () => void) {
  let left = after;
  let dead = false;
  return async (now: TransactionStep): Promise<void> => {
    if (now === step && left-- === 0) dead = true;
    if (!dead) return;
    reached();
    await new Promise(() => {});
  };
}

describe.skipIf(endpoint === undefined)('a large transaction whose writer dies', () => {
  let table: TestTable;
  beforeEach(async () => {
    table = await createTestTable(endpoint ?? '');
    await writeExisting(table.open());
  });
  afterEach(() => table.drop());

  /** Starts the large commit, and resolves when its writer is dead. */
  async function die(step: TransactionStep, after: number): Promise<void> {
    await new Promise<void>((reached) => {
      const { commit } = table.open({ beforeStep: dieBefore(step, after, reached) });
      void commit(largeCommit());
    });
  }

  /** What is seen where nothing ever went wrong: without the commit, and with it. */
  const contents = new Map<boolean, string>();
  async function contentAfter(commit: boolean): Promise<string> {
    const known = contents.get(commit);
    if (known !== undefined) return known;
    const other = await createTestTable(endpoint ?? '');
    const clean = other.open();
    await writeExisting(clean);
    if (commit) expect(await clean.commit(largeCommit())).toBeUndefined();
    const content = await visibleTo(clean);
    await other.drop();
    contents.set(commit, content);
    return content;
  }

  it.each(CRASHES)('before "%s", after %i of them: all is there, %s, or nothing', async (step, after, counts) => {
    const expected = await contentAfter(counts);
    await die(step, after);
    const second = table.open();
    expect(await visibleTo(second)).toBe(expected);
    expect(await second.sweep(Date.now() - HOUR)).toBe(0);
    expect(await visibleTo(second)).toBe(expected);
    const later = table.open({ now: () => Date.now() + HOUR });
    expect(await later.sweep(Date.now() + HOUR)).toBe(step === 'record' ? 0 : 1);
    expect(await untidy(table)).toEqual([]);
    expect(table.overflow.bodies.size).toBe(counts ? 1 : 0);
    expect(await visibleTo(second)).toBe(expected);
    expect(await visibleTo(table.open())).toBe(expected);
    if (!counts) expect(await second.commit(largeCommit())).toBeUndefined();
    expect(await visibleTo(second)).toBe(await contentAfter(true));
  });

  it.each(CRASHES)(
    'before "%s", after %i of them: is put right by whoever writes next',
    async (step, after, counts) => {
      await die(step, after);
      const later = table.open({ now: () => Date.now() + HOUR });
      const again = await later.commit(largeCommit());
      if (counts) expect(again).toMatchObject({ kind: 'version' });
      else expect(again).toBeUndefined();
      expect(await visibleTo(later)).toBe(await contentAfter(true));
      await later.sweep(Date.now() + 2 * HOUR);
      expect(await untidy(table)).toEqual([]);
    },
  );

  it.each(['commit', 'finish'] as const)('before "%s": single writers find their way', async (step) => {
    await die(step, 0);
    const version = step === 'commit' ? 1 : 2;
    const later = table.open({ now: () => Date.now() + HOUR });
    const update = (expected: number) => changeTo({ type: 'Patient', id: 'u1' }, expected, START + 9);
    expect(await later.commit([update(3 - version)])).toMatchObject({ kind: 'version', actual: version });
    expect(await later.commit([update(version)])).toBeUndefined();
    expect(await later.commit([changeTo({ type: 'Patient', id: 'u2' }, version, START), update(version + 1)])).toBe(
      undefined,
    );
    expect((await later.read('Patient', 'u1'))?.version).toBe(version + 2);
    expect((await later.history({ types: ['Patient'], id: 'u1', count: 9 })).total).toBe(version + 2);
  });

  it('holds up writers as long as it may be alive, and no longer than they can wait', async () => {
    await die('commit', 0);
    const second = table.open({ budgetMs: 200 });
    const update = changeTo({ type: 'Patient', id: 'u1' }, 1, START + 9);
    await expect(second.commit([update])).rejects.toThrow(StoreUnavailableError);
    await expect(second.commit([update, changeTo({ type: 'Patient', id: 'x' }, 0, START)])).rejects.toThrow(
      StoreUnavailableError,
    );
    expect((await second.readMany(EXISTING.map((id) => ({ type: 'Patient', id })))).map((it) => it?.version)).toEqual(
      EXISTING.map(() => 1),
    );
    expect(await second.read('Patient', 'x')).toBeUndefined();
  });

  it.each([
    ['abort', 0],
    ['remove', 0],
    ['remove', 50],
    ['remove manifest', 0],
    ['remove record', 0],
  ] as const)('before "%s", after %i of them, when it takes itself back', async (step, after) => {
    const expected = await contentAfter(false);
    const changes = [...largeCommit(), changeTo({ type: 'Patient', id: 'new' }, 0, START)];
    const lock = { key: 'l', expected: 5, increment: true };
    await new Promise<void>((reached) => {
      const { commit } = table.open({ beforeStep: dieBefore(step, after, reached) });
      void commit(changes, [lock]);
    });
    expect(await visibleTo(table.open())).toBe(expected);
    await table.open({ now: () => Date.now() + HOUR }).sweep(Date.now() + HOUR);
    expect(await untidy(table)).toEqual([]);
    expect(table.overflow.bodies.size).toBe(0);
    expect(await visibleTo(table.open())).toBe(expected);
    expect(await table.open().commit(changes, [{ ...lock, expected: 0 }])).toBeUndefined();
  });
});
