import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMaintenanceHandler } from '../../src/lambda/start-maintenance.ts';
import type { ReindexSlice } from '../../src/storage/aws/indexer/maintenance-event.ts';
import type { TypeVerification } from '../../src/storage/aws/indexer/verify-index.ts';
import type { AwsStore } from '../../src/storage/aws/open-aws-store.ts';
import { openTestAwsStore } from '../engines/aws-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { date, token } from './entries.ts';
import { SUITE_RULES } from './harness.ts';
import { changeTo, START, searchQuery } from './mirrored-store.ts';
import { indexTestResource } from './test-resource.ts';

const missing = engineUrl('dynamodb') === undefined || engineUrl('opensearch') === undefined;
const PATIENTS = 1203;

describe.skipIf(missing)('the maintenance of the index', () => {
  const parts = { fhirVersion: '4.0.1', index: indexTestResource, ...SUITE_RULES } as const;
  const reported: unknown[] = [];
  let store: AwsStore;
  let handle: ReturnType<typeof createMaintenanceHandler>;

  beforeAll(async () => {
    ({ store } = await openTestAwsStore(`m${randomUUID()}`, { ...parts, report: fail }));
    const report = (error: unknown) => void reported.push(error);
    // Each call ends after its first batch.
    handle = createMaintenanceHandler({ store, parts: { ...parts, report }, report, now: Date.now, slice: 0 });
    for (let i = 0; i < PATIENTS; i += 100) {
      const ids = Array.from({ length: Math.min(100, PATIENTS - i) }, (_, n) => `p${i + n}`);
      await store.commit(
        ids.map((id) => changeTo({ type: 'Patient', id, entries: [token('code', 's', 'a')] }, 0, START)),
      );
    }
  });
  afterAll(() => store?.close());

  const verify = async (fix: boolean): Promise<readonly TypeVerification[]> => {
    const slices: TypeVerification[] = [];
    let since: number | undefined = 0;
    while (since !== undefined) {
      const slice = (await handle({ action: 'verify', type: 'Patient', fix, since })) as TypeVerification;
      slices.push(slice);
      since = slice.next;
    }
    return slices;
  };
  const sum = (slices: readonly TypeVerification[], name: 'checked' | 'missing' | 'fixed') =>
    slices.reduce((all, slice) => all + slice[name], 0);
  const found = async (code: string) => {
    await store.index.refresh(['Patient']);
    const filter = { op: 'match', parameter: 'code', tests: [{ kind: 'token', system: 's', code }] } as const;
    return (await store.index.search(searchQuery(['Patient'], { filter, count: 0, total: 'accurate' }))).total;
  };

  it('names the types', async () => {
    expect(await handle({ action: 'types' })).toEqual(['Patient']);
  });

  it('verifies and repairs a part at a time, each resource once', async () => {
    const before = await verify(false);
    expect(before.length).toBeGreaterThan(1);
    expect([sum(before, 'checked'), sum(before, 'missing'), sum(before, 'fixed')]).toEqual([PATIENTS, PATIENTS, 0]);
    expect(sum(await verify(true), 'fixed')).toBe(PATIENTS);
    expect(sum(await verify(false), 'missing')).toBe(0);
    expect(await found('a')).toBe(PATIENTS);
  });

  it('makes an index anew a part at a time', async () => {
    const slices: ReindexSlice[] = [];
    do slices.push((await handle({ action: 'reindex', type: 'Patient' })) as ReindexSlice);
    while (slices.at(-1)?.done === false && slices.length < 20);
    expect(slices.length).toBeGreaterThan(1);
    expect(slices.at(-1)).toMatchObject({ type: 'Patient', done: true, refused: 0 });
    // What is at the end of a part may come again with the next.
    expect(slices.reduce((all, { written }) => all + written, 0)).toBeGreaterThanOrEqual(PATIENTS);
    expect(await found('a')).toBe(PATIENTS);
    expect(sum(await verify(false), 'missing')).toBe(0);
  });

  it('puts in what was set aside, once it can be', async () => {
    // A field of a wrong type, as by an index that another program has made.
    const properties = { 'date.broken': { type: 'keyword' } };
    const { send, indices } = store.index;
    await send({ method: 'PUT', path: `/${indices.aliasOf('Patient')}/_mapping`, body: { properties } });
    const entries = [token('code', 's', 'b'), date('broken', START, START + 1)];
    await store.commit([changeTo({ type: 'Patient', id: 'bad', entries }, 0, START)]);
    await handle({ action: 'catch-up', types: ['Patient'] });
    expect(await store.aside.list()).toMatchObject([{ type: 'Patient', id: 'bad', version: 1 }]);
    expect(await handle({ action: 'retry-aside', types: ['Observation'] })).toMatchObject({ tried: 0 });
    expect(await handle({ action: 'retry-aside' })).toMatchObject({
      tried: 1,
      indexed: 0,
      examples: [{ type: 'Patient', id: 'bad' }],
    });
    while (!((await handle({ action: 'reindex', type: 'Patient' })) as ReindexSlice).done);
    expect(await handle({ action: 'retry-aside' })).toEqual({ tried: 1, indexed: 1, examples: [] });
    expect(await store.aside.list()).toEqual([]);
    expect(await found('b')).toBe(1);
  });

  it('tells whoever calls the kind of an error alone', async () => {
    const event = { action: 'drop' } as unknown as Parameters<typeof handle>[0];
    await expect(handle(event)).rejects.toThrow('The index could not be looked after: TypeError.');
    expect(reported).toHaveLength(1);
  });
});

function fail(error: unknown): never {
  throw error;
}
