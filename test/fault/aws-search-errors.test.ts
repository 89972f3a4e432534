import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIndexerHandler } from '../../src/lambda/start-indexer.ts';
import { verifyIndex } from '../../src/storage/aws/indexer/verify-index.ts';
import type { AwsStore } from '../../src/storage/aws/open-aws-store.ts';
import { type Change, StoreUnavailableError } from '../../src/storage/store.ts';
import { token } from '../contract/entries.ts';
import { SUITE_RULES } from '../contract/harness.ts';
import { changeTo, deletion, keysOf, START, searchQuery } from '../contract/mirrored-store.ts';
import { indexTestResource } from '../contract/test-resource.ts';
import { openTestAwsStore } from '../engines/aws-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { type FailingProxy, type Fault, openFailingProxy } from './failing-proxy.ts';

const search = engineUrl('opensearch');
const missing = engineUrl('dynamodb') === undefined || search === undefined;
const FAULTS: readonly Fault[] = [429, 500, 503, 'refused', 'lost', 'cut'];

describe.skipIf(missing)('OpenSearch that fails', () => {
  const parts = { fhirVersion: '4.0.1', index: indexTestResource, ...SUITE_RULES, report: () => undefined } as const;
  let proxy: FailingProxy;
  let store: AwsStore;
  let round = 0;

  beforeAll(async () => {
    proxy = await openFailingProxy(search ?? '');
    ({ store } = await openTestAwsStore(`f${randomUUID()}`, parts, undefined, proxy.url));
  });
  afterAll(async () => {
    proxy?.fail(0, 503);
    await store?.close();
    await proxy?.close();
  });

  /** All that an answer may be: what is right, or that it can't be had at the moment. */
  async function rightOrUnavailable<T>(work: () => Promise<T>, check: (answer: T) => void): Promise<void> {
    let answer: T;
    try {
      answer = await work();
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnavailableError);
      return;
    }
    check(answer);
  }

  /** Writes, a condition, the schedule's call and searches; each right, or refused for the moment, wherever a call fails. */
  async function script(): Promise<readonly string[]> {
    const code = `r${++round}`;
    const ids = ['a', 'b', 'c'].map((letter) => `${code}${letter}`);
    const write = (id: string, expected: number): Change =>
      changeTo({ type: 'Patient', id, entries: [token('code', 's', code)] }, expected, START);
    const filter = { op: 'match', parameter: 'code', tests: [{ kind: 'token', system: 's', code }] } as const;
    const query = searchQuery(['Patient'], { filter, count: 10 });
    // The table knows nothing of OpenSearch.
    for (const id of ids) expect(await store.commit([write(id, 0)])).toBeUndefined();
    const [first = '', second = '', third = ''] = ids;
    const matches = new Set(ids);
    await rightOrUnavailable(
      () => store.commit([write(first, 1)], [{ query, criteria: `Patient?code=${code}`, ids }]),
      (conflict) => expect(conflict).toBeUndefined(),
    );
    await store.commit([deletion('Patient', second, 1, START)]);
    matches.delete(second);
    await rightOrUnavailable(
      () => store.search({ ...query, upToDate: true }),
      (page) => expect(keysOf(page.matches).sort()).toEqual([`Patient/${first}`, `Patient/${third}`]),
    );
    await rightOrUnavailable(
      () => store.bringUp(['Patient']),
      () => undefined,
    );
    // One that is behind is no error; what it shows was true once.
    await rightOrUnavailable(
      () => store.search(query),
      (page) => expect(keysOf(page.matches).every((key) => ids.includes(key.slice('Patient/'.length)))).toBe(true),
    );
    return [...matches].sort().map((id) => `Patient/${id}`);
  }

  it.each(FAULTS)(
    'by %s at any one call, loses nothing and answers nothing wrong',
    { timeout: 120_000 },
    async (fault) => {
      await script();
      proxy.fail(0, fault);
      await script();
      const calls = proxy.fail(1, fault);
      expect(calls).toBeGreaterThan(8);
      for (let n = 1; n <= calls; n++) {
        const left = await script();
        proxy.fail(0, fault);
        const code = `r${round}`;
        const filter = { op: 'match', parameter: 'code', tests: [{ kind: 'token', system: 's', code }] } as const;
        const found = await store.search({ ...searchQuery(['Patient'], { filter, count: 10 }), upToDate: true });
        expect(keysOf(found.matches).sort(), `${fault} at call ${n} of ${calls}`).toEqual(left);
        proxy.fail(n + 1, fault);
      }
      proxy.fail(0, fault);
      await store.bringUp(['Patient']);
      expect(await verifyIndex({ table: store.table, index: store.index })).toMatchObject([
        { missing: 0, behind: 0, ahead: 0 },
      ]);
    },
  );

  it('makes the indexer say which batch comes again, until it is there', { timeout: 60_000 }, async () => {
    const reported: unknown[] = [];
    const handle = createIndexerHandler({
      store,
      tenant: '-',
      stage: 'test',
      overflow: { put: fail, get: fail, remove: fail },
      write: () => undefined,
      report: (error) => void reported.push(error),
      now: Date.now,
    });
    const record = {
      dynamodb: {
        SequenceNumber: '7',
        NewImage: {
          pk: { S: '-#Patient/streamed' },
          v: { N: '1' },
          t: { N: String(START) },
          m: { S: 'U' },
          u: { BOOL: true },
          b: { B: Buffer.from(JSON.stringify({ resourceType: 'Patient', id: 'streamed' })).toString('base64') },
        },
      },
    };
    const always = openAlwaysFailing(proxy);
    const answer = await handle({ Records: [record] });
    always.stop();
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    expect(reported).toHaveLength(1);
    proxy.fail(0, 503);
    expect(await handle({ Records: [record] })).toEqual({ batchItemFailures: [] });
    expect([...(await store.index.versionsOf('Patient', ['streamed']))]).toEqual([['streamed', 1]]);
  });
});

/** Lets each next call fail. */
function openAlwaysFailing(proxy: FailingProxy): { readonly stop: () => void } {
  proxy.fail(1, 'refused');
  const timer = setInterval(() => proxy.fail(1, 'refused'), 1);
  return { stop: () => clearInterval(timer) };
}

async function fail(): Promise<never> {
  throw new Error('There is no large body.');
}
