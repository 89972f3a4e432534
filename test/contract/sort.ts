import { describe, expect, it } from 'vitest';
import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';
import type { SortKey } from '../../src/fhir/search/search-query.ts';
import { date, number, present, quantity, reference, string, token, uri, urlReference } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, START, searchQuery } from './mirrored-store.ts';
import { Random } from './random.ts';

const DAY = 86_400_000;

/** Values by kind; each inner list is one resource's. */
const VALUES: Readonly<Record<SortKey['type'], readonly (readonly IndexEntry[])[]>> = {
  string: [['b'], ['a'], ['C'], ['á'], ['ab', 'z'], ['Z', 'a'], ['b']].map((texts) =>
    texts.map((text) => string('string', text)),
  ),
  token: [['b'], ['a'], ['c'], ['ab', 'z'], ['z', 'aa'], ['b'], ['10'], ['9']].map((codes) =>
    codes.map((code, i) => token('token', `s${9 - i}`, code)),
  ),
  date: [[1], [0], [3, -1], [2], [2], [5, 0]].map((days) =>
    days.map((n, i) => date('date', START + n * DAY, START + (n + 1 + i * 10) * DAY)),
  ),
  number: [[1], [10], [9], [-5, 20], [0.5], [1]].map((values) =>
    values.map((value) => number('number', value, value + 100)),
  ),
  quantity: [[1], [10], [9], [-5, 20], [0.5], [1]].map((values) =>
    values.map((value) => quantity('quantity', value, 's', 'mg')),
  ),
  reference: [
    [reference('reference', 'Patient/b')],
    [reference('reference', 'Patient/a')],
    [reference('reference', 'Practitioner/c'), reference('reference', 'Patient/0')],
    [urlReference('reference', 'http://x.org/1')],
    [reference('reference', 'Patient/b')],
  ],
  uri: [['urn:b'], ['urn:a'], ['urn:c', 'http://z'], ['urn:a'], ['http://a']].map((uris) =>
    uris.map((value) => uri('uri', value)),
  ),
};

const KINDS = Object.keys(VALUES) as SortKey['type'][];
const DIRECTIONS = [false, true];
const key = (type: SortKey['type'], descending: boolean, parameter: string = type): SortKey => ({
  parameter,
  type,
  descending,
});

export function describeSort(open: OpenStore): void {
  describe('sort', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      const most = Math.max(...KINDS.map((kind) => VALUES[kind].length));
      // Each resource takes the next value of each kind, so that the orders differ; the last two have none.
      for (let i = 0; i < most * 2; i++) {
        const entries = KINDS.flatMap((kind, k) => VALUES[kind][(i * (k + 1)) % (VALUES[kind].length + 1)] ?? []);
        await mirror.put({ type: i % 3 === 0 ? 'Other' : 'Basic', id: `s${i}`, entries });
      }
      await mirror.put(
        { type: 'Basic', id: 'none' },
        { type: 'Basic', id: 'present', entries: KINDS.map((kind) => present(kind)) },
      );
      await mirror.put({ type: 'Basic', id: 's1', entries: mirror.resources.get('Basic/s1')?.entries });
      return mirror;
    });

    it.each(
      KINDS.flatMap((kind) =>
        DIRECTIONS.map((descending) => [kind, descending ? 'descending' : 'ascending', descending] as const),
      ),
    )('by %s, %s, in pages of any size', async (kind, _, descending) => {
      for (const count of [1, 2, 5, 100]) {
        await mirrored().check(searchQuery(['Basic'], { sort: [key(kind, descending)], count }));
        await mirrored().check(searchQuery(['Basic', 'Other'], { sort: [key(kind, descending)], count }));
      }
    });

    it.each(['_id', '_lastUpdated'])('by %s', async (parameter) => {
      for (const descending of DIRECTIONS)
        for (const count of [1, 3, 100]) {
          const type = parameter === '_id' ? 'token' : 'date';
          await mirrored().check(searchQuery(['Basic'], { sort: [key(type, descending, parameter)], count }));
          await mirrored().check(searchQuery(['Other', 'Basic'], { sort: [key(type, descending, parameter)], count }));
        }
    });

    it('by several keys, each in its own direction', async () => {
      for (const first of KINDS)
        for (const second of KINDS)
          for (const descending of DIRECTIONS) {
            const sort = [key(first, descending), key(second, !descending), key('token', descending, '_id')];
            await mirrored().check(searchQuery(['Basic', 'Other'], { sort, count: 4 }));
          }
    });

    it('by the values under several codes', async () => {
      const both = [string('string', 'm'), string('further', 'a'), string('further', 'zz')];
      await mirrored().put(
        { type: 'Basic', id: 'both', entries: both },
        { type: 'Basic', id: 'further', entries: [string('further', 'B')] },
      );
      for (const descending of DIRECTIONS)
        for (const count of [1, 3, 100]) {
          const sort = [{ ...key('string', descending), also: ['further', 'unheard'] }];
          await mirrored().check(searchQuery(['Basic', 'Other'], { sort, count }));
          await mirrored().check(searchQuery(['Basic'], { sort, count }));
        }
    });

    it('by a parameter that nothing has', async () => {
      for (const descending of DIRECTIONS)
        for (const kind of KINDS) {
          const sort = [key(kind, descending, 'unheard'), key('string', descending)];
          await mirrored().check(searchQuery(['Basic'], { sort, count: 3 }));
        }
    });

    it('gives the same order every time', async () => {
      const query = searchQuery(['Basic', 'Other'], { sort: [key('string', false)], count: 4 });
      expect(await mirrored().find(query)).toEqual(await mirrored().find(query));
      const unsorted = searchQuery(['Basic', 'Other'], { count: 4 });
      expect(await mirrored().find(unsorted)).toEqual(await mirrored().find({ ...unsorted, count: 1 }));
    });

    describe('among thousands', () => {
      const many = useStore(open, async (opened) => {
        const mirror = new MirroredStore(opened);
        const random = new Random(7);
        const writes = Array.from({ length: 2_500 }, (_, i) => ({
          type: 'Basic',
          id: `m${i}`,
          entries: [
            token('rare', 's', i % 100 === 0 ? 'yes' : 'no'),
            ...KINDS.flatMap((kind) => (random.chance(0.8) ? random.pick(VALUES[kind]) : [])),
          ],
        }));
        for (let i = 0; i < writes.length; i += 500) await mirror.put(...writes.slice(i, i + 500));
        for (let i = 0; i < 50; i++) await mirror.remove('Basic', `m${i * 7}`);
        for (let i = 0; i < 50; i++)
          await mirror.put({ type: 'Basic', id: `m${i * 7 + 1}`, entries: random.pick(VALUES.string) });
        return mirror;
      });
      const rare = (value: string) =>
        ({ op: 'match', parameter: 'rare', tests: [{ kind: 'token', code: value }] }) as const;

      it.each([
        ...KINDS.map((kind) => [kind, kind] as const),
        ['_lastUpdated', 'date'] as const,
        ['_id', 'token'] as const,
      ])('by %s', async (parameter, type) => {
        for (const descending of DIRECTIONS) {
          const sort = [key(type, descending, parameter)];
          await many().check(searchQuery(['Basic'], { sort, count: 100 }));
          await many().check(searchQuery(['Basic'], { sort, count: 97, filter: rare('no'), total: 'none' }));
          await many().check(searchQuery(['Basic'], { sort, count: 10, filter: rare('yes') }));
          await many().check(searchQuery(['Basic'], { sort, count: 90, filter: { op: 'not', filter: rare('no') } }));
          await many().check(searchQuery(['Basic', 'Other'], { sort, count: 300 }));
        }
      });
    });

    it('with filters', async () => {
      const filter = {
        op: 'match',
        parameter: 'string',
        tests: [{ kind: 'string', match: 'starts-with', text: 'a' }],
      } as const;
      for (const kind of KINDS)
        for (const descending of DIRECTIONS)
          await mirrored().check(searchQuery(['Basic', 'Other'], { filter, sort: [key(kind, descending)], count: 2 }));
    });
  });
}
