import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsStore } from '../../src/storage/aws/open-aws-store.ts';
import { openTestAwsStore } from '../engines/aws-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { type Operation, RandomOperations } from './random-operations.ts';
import { type Answer, answerOf } from './same-answers.ts';
import { openTestApi, type TestApi } from './test-api.ts';

/** 10,000 take some minutes: FWOA_OPERATIONS=10000. */
const OPERATIONS = Number(process.env.FWOA_OPERATIONS ?? 600);
const SEED = Number(process.env.FWOA_SEED ?? 1);

const missing = engineUrl('dynamodb') === undefined || engineUrl('opensearch') === undefined;

/** Ids and times that both servers give alike. */
function createWorld() {
  let at = Date.UTC(2024, 0, 1);
  const ids = { embedded: 0, aws: 0 };
  const newId = (server: keyof typeof ids) => () => `new-${++ids[server]}`;
  const pass = () => {
    at += 1000;
    // What one of them asked for in vain is no reason to differ from then on.
    const most = Math.max(ids.embedded, ids.aws);
    ids.embedded = most;
    ids.aws = most;
    return at;
  };
  return { now: () => at, newId, pass };
}

describe.skipIf(missing)('the embedded server and the one on AWS', () => {
  const world = createWorld();
  let embedded: TestApi;
  let aws: TestApi;
  let store: AwsStore | undefined;
  let settled: () => Promise<void> = async () => {};

  beforeAll(async () => {
    const { now, newId } = world;
    embedded = await openTestApi('4.0.1', { now, newId: newId('embedded') });
    aws = await openTestApi('4.0.1', {
      now,
      newId: newId('aws'),
      openStorage: async (parts) => {
        const opened = await openTestAwsStore(`s${randomUUID()}`, parts);
        ({ store, settled } = opened);
        return opened.store;
      },
    });
  });
  afterAll(async () => {
    await embedded?.close();
    await aws?.close();
  });

  async function both(operation: Operation): Promise<readonly [Answer, Answer]> {
    if (/\?|_search/.test(operation.url) || operation.method === 'POST') await settled();
    return [await answerOf(embedded, operation), await answerOf(aws, operation)];
  }

  it(`answer ${OPERATIONS} random operations alike`, { timeout: 1_200_000 }, async () => {
    const operations = new RandomOperations(SEED);
    const statuses = new Map<string, number>();
    for (let n = 0; n < OPERATIONS; n++) {
      const operation = operations.next(world.pass());
      const [ours, theirs] = await both(operation);
      const text = `operation ${n} of seed ${SEED}: ${operation.method} ${operation.url} ${JSON.stringify(operation.headers ?? {})} ${operation.body ?? ''}`;
      expect(theirs, text).toEqual(ours);
      expect(ours.status, text).toBeLessThan(500);
      const kind = `${operation.method} ${ours.status}`;
      statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
    }
    expect([embedded.errors, aws.errors]).toEqual([[], []]);
    // It was about something.
    for (const kind of ['GET 200', 'PUT 200', 'PUT 201', 'POST 201', 'POST 200', 'DELETE 204', 'GET 404', 'PUT 412'])
      expect(statuses.get(kind) ?? 0, `${kind} of ${JSON.stringify([...statuses])}`).toBeGreaterThan(0);
    expect(store).toBeDefined();
  });
});
