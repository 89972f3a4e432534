import { describe, expect, it } from 'vitest';
import type { HistoryQuery, Store } from '../../src/storage/store.ts';
import { InvalidCursorError } from '../../src/storage/store.ts';
import { type OpenedStore, type OpenStore, SUITE_RULES, useStore } from './harness.ts';
import { bodyText, changeTo, deletion, START } from './mirrored-store.ts';

interface Event {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Seconds after START. */
  readonly at: number;
  readonly deleted?: boolean;
}

/** In the order they are written. */
const EVENTS: readonly Event[] = [
  { type: 'Patient', id: 'a', version: 1, at: 0 },
  { type: 'Observation', id: 'a', version: 1, at: 10 },
  { type: 'Patient', id: 'b', version: 1, at: 20 },
  { type: 'Patient', id: 'a', version: 2, at: 30 },
  { type: 'Patient', id: 'b', version: 2, at: 40, deleted: true },
  { type: 'Encounter', id: 'a', version: 1, at: 50 },
  { type: 'Patient', id: 'a', version: 3, at: 60, deleted: true },
  { type: 'Patient', id: 'a', version: 4, at: 70 },
  { type: 'Observation', id: 'a', version: 2, at: 80 },
];

const time = (at: number) => START + at * 1_000;
const name = ({ type, id, version }: { type: string; id: string; version: number }) => `${type}/${id}/${version}`;

/** What a query must give, straight from the docs of `HistoryQuery`. */
function expected(query: Partial<HistoryQuery>): string[] {
  const { types, id, since, at } = query;
  return [...EVENTS]
    .reverse()
    .filter((event) => types === undefined || types.includes(event.type))
    .filter((event) => id === undefined || event.id === id)
    .filter((event) => since === undefined || time(event.at) >= since)
    .filter((event) => {
      if (at === undefined) return true;
      const next = EVENTS.find((later) => name(later) === name({ ...event, version: event.version + 1 }));
      return time(event.at) < at.high && (next === undefined || time(next.at) > at.low);
    })
    .map(name);
}

async function allPages(store: Store, query: Partial<HistoryQuery>, count: number) {
  const pages = [];
  let cursor: string | undefined;
  do {
    const page = await store.history({ ...query, count, cursor });
    pages.push(page);
    expect(page.versions.length).toBeLessThanOrEqual(count);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}

async function writeEvents({ store }: OpenedStore): Promise<Store> {
  for (const { type, id, version, at, deleted } of EVENTS) {
    const change = deleted ? deletion(type, id, version - 1, time(at)) : changeTo({ type, id }, version - 1, time(at));
    expect(await store.commit([change])).toBeUndefined();
  }
  return store;
}

const SCOPES: readonly (readonly [string, Partial<HistoryQuery>])[] = [
  ['an instance', { types: ['Patient'], id: 'a' }],
  ['an instance of another type with the same id', { types: ['Observation'], id: 'a' }],
  ['an instance that never was', { types: ['Patient'], id: 'z' }],
  ['a type', { types: ['Patient'] }],
  ['a type that has none', { types: ['Unheard'] }],
  ['several types', { types: ['Observation', 'Encounter'] }],
  ['the server', {}],
];

const SPANS: readonly (readonly [string, Partial<HistoryQuery>])[] = [
  ['all', {}],
  ['since before all', { since: time(-5) }],
  ['since the very moment of a change', { since: time(30) }],
  ['since a millisecond after it', { since: time(30) + 1 }],
  ['since after all', { since: time(1_000) }],
  ['at an instant', { at: { low: time(35), high: time(35) + 1 } }],
  ['at the moment of a change', { at: { low: time(30), high: time(30) + 1 } }],
  ['at a span that ends with a change', { at: { low: time(25), high: time(30) } }],
  ['at a span over several', { at: { low: time(35), high: time(65) } }],
  ['at a time before all', { at: { low: time(-20), high: time(-10) } }],
  ['at a time after all', { at: { low: time(500), high: time(600) } }],
  ['since and at', { since: time(20), at: { low: time(35), high: time(65) } }],
];

export function describeHistory(open: OpenStore): void {
  describe('history', () => {
    const store = useStore(open, writeEvents);

    describe.each(SCOPES)('of %s', (_scope, scope) => {
      it.each(SPANS)('%s, newest first, in pages of any size', async (_span, span) => {
        const query = { ...scope, ...span };
        for (const count of [1, 2, 3, 100]) {
          const pages = await allPages(store(), query, count);
          expect(pages.flatMap(({ versions }) => versions.map(name))).toEqual(expected(query));
          for (const { total } of pages) if (total !== undefined) expect(total).toBe(expected(query).length);
        }
      });
    });

    it('gives each version as it was stored', async () => {
      const { versions } = await store().history({ types: ['Patient'], id: 'a', count: 10 });
      expect(versions.map(({ method, lastUpdated }) => [method, lastUpdated])).toEqual([
        ['PUT', time(70)],
        ['DELETE', time(60)],
        ['PUT', time(30)],
        ['POST', time(0)],
      ]);
      for (const version of versions) {
        const stored = await store().readVersion('Patient', 'a', version.version);
        expect(bodyText(version)).toBe(bodyText(stored));
      }
    });

    it.each(['', 'nonsense', '{}', 'bnVsbA', '%00', 'x'.repeat(5_000)])(
      'refuses the cursor "%.20s"',
      async (cursor) => {
        await expect(store().history({ count: 10, cursor })).rejects.toBeInstanceOf(InvalidCursorError);
      },
    );

    it('gives each version once while others are written', async () => {
      const own = await open(() => [], SUITE_RULES);
      const patient = (version: number) => changeTo({ type: 'Patient', id: 'p' }, version, START + version);
      for (let version = 0; version < 20; version++) await own.store.commit([patient(version)]);
      const seen: string[] = [];
      let cursor: string | undefined;
      let version = 20;
      do {
        const page = await own.store.history({ count: 3, cursor });
        seen.push(...page.versions.map(name));
        cursor = page.next;
        await own.store.commit([patient(version++)]);
      } while (cursor !== undefined);
      expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `Patient/p/${20 - i}`));
      await own.store.close();
    });
  });
}
