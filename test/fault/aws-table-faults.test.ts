import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenVersionTable } from '../../src/storage/aws/table/open-version-table.ts';
import { type Change, StoreUnavailableError } from '../../src/storage/store.ts';
import { createTestTable, type TestTable } from '../contract/aws-table-store.ts';
import { changeTo, deletion, START } from '../contract/mirrored-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { FAULTS, type Fault, faultySender } from './aws-table-faults.ts';

const endpoint = engineUrl('dynamodb') ?? '';

/** A commit to ids of its own, what it needs before, and how its locks stand. */
interface Case {
  readonly before: (name: string) => readonly Change[];
  readonly changes: (name: string) => readonly Change[];
  readonly lock?: boolean;
}

const patient = (id: string, expected = 0) => changeTo({ type: 'Patient', id }, expected, START);
const many = (name: string) => Array.from({ length: 101 }, (_, i) => patient(`${name}-${i}`));

const CASES: Readonly<Record<string, Case>> = {
  create: { before: () => [], changes: (name) => [patient(name)] },
  update: { before: (name) => [patient(name)], changes: (name) => [patient(name, 1)] },
  delete: { before: (name) => [patient(name)], changes: (name) => [deletion('Patient', name, 1, START)] },
  transaction: {
    before: (name) => [patient(`${name}-a`)],
    changes: (name) => [patient(`${name}-a`, 1), patient(`${name}-b`), patient(`${name}-c`)],
  },
  'create under a lock': { before: () => [], changes: (name) => [patient(name)], lock: true },
  'large transaction': { before: () => [], changes: many, lock: true },
};

const lockOf = (name: string) => ({ key: name, expected: 0, increment: true });

describe.skipIf(endpoint === '')('a commit on a DynamoDB that fails', () => {
  let table: TestTable;
  let clean: OpenVersionTable;
  let names = 0;
  beforeAll(async () => {
    table = await createTestTable(endpoint);
    clean = table.open();
  });
  afterAll(() => table.drop());

  /** Commits with faults. @returns how it ended, and what is there then */
  async function run(it: Case, choose: (call: number, operation: string) => Fault | undefined, budgetMs: number) {
    const name = `n${names++}`;
    await clean.commit(it.before(name));
    const { send, operations } = faultySender(endpoint, choose);
    const faulty = table.open({ budgetMs, leaseMs: 500 }, { send, attemptTimeout: 1000 });
    const changes = it.changes(name);
    const outcome = await faulty
      .commit(changes, it.lock ? [lockOf(name)] : [])
      .then((conflict) => conflict ?? 'done')
      .catch((error: unknown) => error);
    const versions = async () => {
      const found = await clean.readMany(changes.map(({ type, id }) => ({ type, id })));
      return new Set(changes.map(({ expected }, i) => (found[i]?.version ?? 0) - expected));
    };
    const [lock] = await clean.readLocks([name]);
    return { outcome, operations, versions: await versions(), versionsLater: versions, count: lock?.count };
  }

  describe.each(Object.entries(CASES))('%s', (_, it_) => {
    const counted = it_.lock ? 1 : 0;

    it.each(FAULTS)('is done once, as if nothing had been, when a request meets: %s', async (fault) => {
      const { operations } = await run(it_, () => undefined, 5000);
      // Every call of a small commit; of a large one the first and the last of each run of equal ones.
      const calls = operations.flatMap((operation, i) => {
        const inside = operations[i - 1] === operation && operations[i + 1] === operation;
        return inside && operations.length > 10 ? [] : [i];
      });
      for (const call of calls) {
        const { outcome, versions, count } = await run(it_, (n) => (n === call ? fault : undefined), 5000);
        expect([call, outcome, [...versions], count]).toEqual([call, 'done', [1], counted]);
      }
    });

    it.each(FAULTS)('is done whole or not at all, when nothing works any more: %s', async (fault) => {
      const { operations } = await run(it_, () => undefined, 5000);
      const last = operations.length;
      const calls = [...new Set([0, 1, 2, 3, Math.floor(last / 2), last - 4, last - 2, last - 1])].filter(
        (call) => call >= 0 && call < last,
      );
      for (const call of calls) {
        const { outcome, versions, versionsLater } = await run(it_, (n) => (n >= call ? fault : undefined), 60);
        expect(versions.size, 'whole or nothing').toBe(1);
        if (outcome === 'done') expect([...versions]).toEqual([1]);
        else expect(outcome).toBeInstanceOf(StoreUnavailableError);
        if (fault === 'reset' || fault === 'throttled' || fault === 'error 500') {
          // Nothing got through: then it was not done, and is not done later. What is committed already counts.
          expect([...versions]).toEqual([outcome === 'done' ? 1 : 0]);
        }
        await table.open({ now: () => Date.now() + 5000 }).sweep(Date.now() + 5000);
        expect(await versionsLater()).toEqual(versions);
      }
    });

    it.each(FAULTS)('is done once when a third of all requests meet: %s', async (fault) => {
      const { outcome, versions, count } = await run(it_, (n) => (n % 3 === 1 ? fault : undefined), 10_000);
      expect([outcome, [...versions], count]).toEqual(['done', [1], counted]);
    });
  });

  it('says whose fault it is', async () => {
    const after = async (fault: Fault) => (await run(CASES.create as Case, () => fault, 20)).outcome;
    expect(await after('throttled')).toMatchObject({ reason: 'throttled' });
    expect(await after('reset')).toMatchObject({ reason: 'unavailable' });
  });

  it.each(FAULTS)('reads and histories come all the same: %s', async (fault) => {
    await clean.commit([patient('read')]);
    await clean.commit([patient('read', 1)]);
    for (const call of [0, 1, 2, 3]) {
      const open = () => table.open({}, { send: faultySender(endpoint, (n) => (n === call ? fault : undefined)).send });
      expect((await open().read('Patient', 'read'))?.version).toBe(2);
      expect((await open().readVersion('Patient', 'read', 1))?.version).toBe(1);
      const keys = ['read', 'none', 'read', 'other', 'last'].map((id) => ({ type: 'Patient', id }));
      expect((await open().readMany(keys)).map((version) => version?.version)).toEqual([
        2,
        undefined,
        2,
        undefined,
        undefined,
      ]);
      expect((await open().history({ types: ['Patient'], id: 'read', count: 5 })).versions).toHaveLength(2);
      expect((await open().history({ count: 2 })).versions.map(({ id }) => id)).toEqual(['read', 'read']);
    }
  });
});
