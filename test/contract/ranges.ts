import { describe, expect, it } from 'vitest';
import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';
import type { Filter, Prefix } from '../../src/fhir/search/search-query.ts';
import { date, number } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, START, searchQuery } from './mirrored-store.ts';

const PREFIXES: readonly Prefix[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];
const POINTS = [-Infinity, -1, 0, 0.5, 1, 2, Infinity] as const;

type Range = readonly [low: number, high: number];

/** Every pair of points; `closed` ones may be a single point. */
function ranges(points: readonly number[], closed: boolean): Range[] {
  return points.flatMap((low) =>
    points.filter((high) => (closed ? low <= high : low < high)).map((high): Range => [low, high]),
  );
}

const DAY = 86_400_000;
const day = (n: number) => (Number.isFinite(n) ? START + n * DAY : n);

const FINITE = POINTS.filter(Number.isFinite);
const DATE_ENTRIES = ranges(POINTS, false).map(([low, high]) => date('date', day(low), day(high)));
const NUMBER_ENTRIES = ranges(POINTS, true)
  .filter(([low, high]) => low < Infinity && high > -Infinity)
  .map(([low, high]) => number('number', low, high));

function quantityOf(entry: IndexEntry, canonical: boolean): IndexEntry {
  if (entry.kind !== 'number') throw new Error('not a number');
  const { low, high } = entry;
  const base = { kind: 'quantity', parameter: 'quantity', group: 0, system: 's', code: 'g', unit: 'g' } as const;
  return canonical ? { ...base, low: 99, high: 99, canonical: { low, high, unit: 'kg' } } : { ...base, low, high };
}

/** Number tests: a range for eq, ne and ap, a point for the others. */
function numberTests(): { prefix: Prefix; low: number; high: number }[] {
  return PREFIXES.flatMap((prefix) => {
    const tested =
      prefix === 'eq' || prefix === 'ne'
        ? ranges(FINITE, false)
        : prefix === 'ap'
          ? ranges(FINITE, true)
          : FINITE.map((point): Range => [point, point]);
    return tested.map(([low, high]) => ({ prefix, low, high }));
  });
}

export function describeRanges(open: OpenStore): void {
  describe('searches ranges: every prefix at every boundary', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      const values: IndexEntry[][] = [
        ...DATE_ENTRIES.map((entry) => [entry]),
        ...NUMBER_ENTRIES.flatMap((entry) => [[entry], [quantityOf(entry, false)], [quantityOf(entry, true)]]),
        [date('date', day(-1), day(0)), date('date', day(1), day(2))],
        [number('number', -1), number('number', 2)],
        [],
      ];
      await mirror.put(...values.map((entries, i) => ({ type: 'Basic', id: `r${i}`, entries })));
      for (const id of ['u1', 'u2', 'u3']) await mirror.put({ type: 'Updated', id });
      return mirror;
    });

    const check = async (filter: Filter, type = 'Basic') => {
      await mirrored().check(searchQuery([type], { filter }));
      await mirrored().check(searchQuery([type], { filter: { op: 'not', filter } }));
    };

    describe.each(PREFIXES)('%s', (prefix) => {
      it('of dates', async () => {
        for (const [low, high] of ranges(FINITE, false)) {
          const test = { kind: 'date', prefix, low: day(low), high: day(high) } as const;
          await check({ op: 'match', parameter: 'date', tests: [test] });
        }
      });

      it('of the time of the last update', async () => {
        const times = [-1_000, -1, 0, 1, 999, 1_000, 1_001, 2_000, 3_000].map((n) => START + 1_000 + n);
        for (const [low, high] of ranges(times, false))
          await check({ op: 'lastUpdated', test: { kind: 'date', prefix, low, high } }, 'Updated');
      });
    });

    it.each(numberTests().map((test) => [`${test.prefix} [${test.low}, ${test.high}]`, test] as const))(
      'of numbers and quantities: %s',
      async (_, test) => {
        await check({ op: 'match', parameter: 'number', tests: [{ kind: 'number', ...test }] });
        await check({ op: 'match', parameter: 'quantity', tests: [{ kind: 'quantity', ...test, code: 'g' }] });
        const canonical = { low: test.low, high: test.high, unit: 'kg' };
        await check({ op: 'match', parameter: 'quantity', tests: [{ kind: 'quantity', ...test, canonical }] });
      },
    );

    it('keeps every digit of a double', async () => {
      const mirror = mirrored();
      const value = 0.1 + 0.2;
      await mirror.put({
        type: 'Digits',
        id: 'd',
        entries: [number('number', value), date('date', 8.64e15 - 1, 8.64e15)],
      });
      const at = (low: number, high: number) =>
        searchQuery(['Digits'], {
          filter: { op: 'match', parameter: 'number', tests: [{ kind: 'number', prefix: 'ap', low, high }] },
        });
      expect(await mirror.find(at(value, value))).toEqual(['Digits/d']);
      expect(await mirror.find(at(0.3, 0.3))).toEqual([]);
      const test = { kind: 'date', prefix: 'eq', low: 8.64e15 - 1, high: 8.64e15 } as const;
      expect(
        await mirror.find(searchQuery(['Digits'], { filter: { op: 'match', parameter: 'date', tests: [test] } })),
      ).toEqual(['Digits/d']);
    });
  });
}
