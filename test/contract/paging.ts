import { describe, expect, it } from 'vitest';
import type { SearchQuery, SortKey } from '../../src/fhir/search/search-query.ts';
import { InvalidCursorError } from '../../src/storage/store.ts';
import { number, string, token } from './entries.ts';
import { type OpenStore, SUITE_RULES, useStore } from './harness.ts';
import { keysOf, MirroredStore, searchQuery, type TestWrite } from './mirrored-store.ts';
import { indexTestResource } from './test-resource.ts';

const SIZE = 60;

/** Every third has no `rank`. */
function item(n: number, rank = n % 7): TestWrite {
  const id = `i${String(n).padStart(3, '0')}`;
  const entries = [
    token('code', 's', 'x'),
    string('name', `Name ${n % 5}`),
    ...(n % 3 === 0 ? [] : [number('rank', rank)]),
  ];
  return { type: 'Item', id, entries };
}

async function filled(opened: ConstructorParameters<typeof MirroredStore>[0]): Promise<MirroredStore> {
  const mirror = new MirroredStore(opened);
  for (let n = 0; n < SIZE; n++) await mirror.put(item(n));
  return mirror;
}

const CODE = { op: 'match', parameter: 'code', tests: [{ kind: 'token', system: 's', code: 'x' }] } as const;
const sorted = (parameter: string, type: SortKey['type'], descending: boolean): SortKey[] => [
  { parameter, type, descending },
];

const QUERIES: readonly (readonly [string, SearchQuery])[] = [
  ['everything', searchQuery(['Item'])],
  ['a filter', searchQuery(['Item'], { filter: CODE })],
  ['a sort', searchQuery(['Item'], { filter: CODE, sort: sorted('rank', 'number', false) })],
  ['a descending sort', searchQuery(['Item'], { filter: CODE, sort: sorted('rank', 'number', true) })],
  [
    'two sorts',
    searchQuery(['Item'], { sort: [...sorted('name', 'string', true), ...sorted('rank', 'number', false)] }),
  ],
  ['a sort by id', searchQuery(['Item'], { filter: CODE, sort: sorted('_id', 'token', true) })],
];

export function describePaging(open: OpenStore): void {
  describe('paging', () => {
    const mirrored = useStore(open, filled);

    it.each(QUERIES)('goes through %s in pages of every size', async (_, query) => {
      for (const count of [1, 2, 7, SIZE - 1, SIZE, SIZE + 1]) await mirrored().check({ ...query, count });
    });

    it.each(QUERIES)('fills every page of %s but the last', async (_, query) => {
      const first = await mirrored().search({ ...query, count: 25 });
      expect(first.matches).toHaveLength(25);
      const second = await mirrored().search({ ...query, count: 25, cursor: first.next });
      expect(second.matches).toHaveLength(25);
      const third = await mirrored().search({ ...query, count: 25, cursor: second.next });
      expect(third.matches).toHaveLength(10);
      expect(third.next).toBeUndefined();
    });

    it.each(['none', 'estimate', 'accurate'] as const)('counts with total %s and no match wanted', async (total) => {
      const page = await mirrored().search(searchQuery(['Item'], { filter: CODE, count: 0, total }));
      expect(page.matches).toEqual([]);
      expect(page.included).toEqual([]);
      if (total === 'accurate' || (total === 'none' && page.total !== undefined)) expect(page.total).toBe(SIZE);
    });

    it('gives the total on every page', async () => {
      const query = searchQuery(['Item'], { filter: CODE, count: 20, total: 'accurate' });
      const first = await mirrored().search(query);
      const second = await mirrored().search({ ...query, cursor: first.next });
      expect([first.total, second.total]).toEqual([SIZE, SIZE]);
    });

    it('gives the same page for the same cursor', async () => {
      for (const [, query] of QUERIES) {
        const { next } = await mirrored().search({ ...query, count: 10 });
        const page = async () => keysOf((await mirrored().search({ ...query, count: 10, cursor: next })).matches);
        expect(await page()).toEqual(await page());
      }
    });

    it('may change the size of the page on the way', async () => {
      for (const [, query] of QUERIES) {
        const all = await mirrored().find(query);
        const first = await mirrored().search({ ...query, count: 3 });
        const rest = await mirrored().find({ ...query, count: 1_000, cursor: first.next });
        expect([
          ...keysOf(first.matches),
          ...keysOf((await mirrored().search({ ...query, cursor: first.next })).matches),
        ]).toEqual(all);
        expect(rest).toHaveLength(SIZE);
      }
    });

    it.each(['', 'nonsense', '{}', '[]', 'bnVsbA', 'W10', '%00', 'x'.repeat(5_000)])(
      'refuses the cursor "%.20s"',
      async (cursor) => {
        for (const [, query] of QUERIES)
          await expect(mirrored().store.search({ ...query, cursor })).rejects.toBeInstanceOf(InvalidCursorError);
      },
    );

    it('refuses the cursor of a search with another sort', async () => {
      const { next } = await mirrored().search(
        searchQuery(['Item'], { count: 5, sort: sorted('name', 'string', false) }),
      );
      const other = searchQuery(['Item'], {
        count: 5,
        sort: [...sorted('rank', 'number', true), ...sorted('name', 'string', false)],
        cursor: next,
      });
      await expect(mirrored().store.search(other)).rejects.toBeInstanceOf(InvalidCursorError);
    });

    it.each(QUERIES)('is not moved by what is written meanwhile: %s', async (_, query) => {
      const { mirror, close } = await openFilled(open);
      const untouched = new Set(
        Array.from({ length: SIZE }, (_, n) => n)
          .filter((n) => n % 4 === 1)
          .map((n) => `Item/${item(n).id}`),
      );
      const moved = new Set<string>();
      const seen: string[] = [];
      let cursor: string | undefined;
      let step = 0;
      do {
        const page = await mirror.search({ ...query, count: 4, cursor });
        seen.push(...keysOf(page.matches));
        cursor = page.next;
        await disturb(mirror, step++, moved);
      } while (cursor !== undefined && step < 500);
      for (const key of untouched)
        expect(
          seen.filter((other) => other === key),
          key,
        ).toHaveLength(1);
      for (const key of seen)
        if (!moved.has(key))
          expect(
            seen.filter((other) => other === key),
            key,
          ).toHaveLength(1);
      await close();
    });
  });
}

/** One page later: a new resource, an update that moves nothing, one that moves a resource in the order, and a deletion. */
async function disturb(mirror: MirroredStore, step: number, moved: Set<string>): Promise<void> {
  if (step >= SIZE / 4) return;
  await mirror.put({ ...item(step), id: `new${step}` });
  const [same, changed, gone] = [item(step * 4), item(step * 4 + 2), item(step * 4 + 3)];
  await mirror.put(same);
  await mirror.put({ ...item(step * 4 + 2, 6 - (step % 7)), id: changed.id });
  moved.add(`Item/${changed.id}`);
  await mirror.remove('Item', gone.id);
}

async function openFilled(open: OpenStore): Promise<{ mirror: MirroredStore; close: () => Promise<void> }> {
  const opened = await open(indexTestResource, SUITE_RULES);
  return { mirror: await filled(opened), close: () => opened.store.close() };
}
