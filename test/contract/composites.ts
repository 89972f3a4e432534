import { describe, it } from 'vitest';
import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';
import type { ValueTest } from '../../src/fhir/search/search-query.ts';
import { date, number, quantity, reference, string, token } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, START, searchQuery } from './mirrored-store.ts';

const pair = (group: number, code: string, value: number): IndexEntry[] => [
  token('pair$0', 's', code, undefined, group),
  quantity('pair$1', value, 's', 'mg', 'mg', group),
];

const RESOURCES: readonly (readonly IndexEntry[])[] = [
  pair(1, 'a', 1),
  pair(1, 'b', 2),
  [...pair(1, 'a', 1), ...pair(2, 'b', 2)],
  [...pair(1, 'a', 2), ...pair(2, 'b', 1)],
  // Two codes for one value, and a group that is not whole.
  [...pair(1, 'a', 1), token('pair$0', 's', 'b', undefined, 1), token('pair$0', 's', 'c', undefined, 2)],
  [quantity('pair$1', 1, 's', 'mg', 'mg', 1)],
  // The same values under the parts' own parameters, and in another composite's groups.
  [token('pair', 's', 'a'), quantity('value', 1, 's', 'mg')],
  [token('two$0', 's', 'a', undefined, 1), quantity('pair$1', 1, 's', 'mg', 'mg', 1)],
  [
    string('all$0', 'Anna', 1),
    token('all$1', 's', 'x', undefined, 1),
    reference('all$2', 'Patient/1', 1),
    date('all$3', START, START + 1, 1),
    number('all$4', 5, 5, 1),
  ],
  [
    string('all$0', 'Anna', 1),
    token('all$1', 's', 'x', undefined, 1),
    reference('all$2', 'Patient/1', 1),
    date('all$3', START, START + 1, 1),
    number('all$4', 5, 5, 2),
  ],
  [],
];

const code = (value: string): ValueTest => ({ kind: 'token', system: 's', code: value });
const about = (value: number): ValueTest => ({
  kind: 'quantity',
  prefix: 'eq',
  low: value - 0.5,
  high: value + 0.5,
  code: 'mg',
});
const ALL: readonly ValueTest[] = [
  { kind: 'string', match: 'starts-with', text: 'ann' },
  code('x'),
  { kind: 'reference', type: 'Patient', id: '1' },
  { kind: 'date', prefix: 'eq', low: START, high: START + 10 },
  { kind: 'number', prefix: 'gt', low: 4, high: 4 },
];

const CASES: readonly (readonly [string, string, readonly (readonly ValueTest[])[]])[] = [
  ['both parts in one group', 'pair', [[code('a'), about(1)]]],
  ['parts that never meet', 'pair', [[code('c'), about(1)]]],
  [
    'either of two pairs',
    'pair',
    [
      [code('a'), about(2)],
      [code('b'), about(1)],
    ],
  ],
  ['many pairs', 'pair', ['a', 'b', 'c', 'd'].flatMap((value) => [1, 2, 3].map((n) => [code(value), about(n)]))],
  ['a prefix in a part', 'pair', [[code('b'), { kind: 'quantity', prefix: 'gt', low: 1, high: 1 }]]],
  ['five parts of five kinds', 'all', [ALL]],
  ['the first of them', 'all', [ALL.slice(0, 1)]],
  ['the first four', 'all', [ALL.slice(0, 4)]],
  ['a parameter that nothing has', 'none', [[code('a'), about(1)]]],
  ['no pair', 'pair', []],
];

export function describeComposites(open: OpenStore): void {
  describe('composites', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(...RESOURCES.map((entries, i) => ({ type: 'Basic', id: `c${i}`, entries })));
      return mirror;
    });

    it.each(CASES)('%s', async (_, parameter, tuples) => {
      const filter = { op: 'composite', parameter, tuples } as const;
      await mirrored().check(searchQuery(['Basic'], { filter }));
      await mirrored().check(searchQuery(['Basic'], { filter: { op: 'not', filter } }));
      await mirrored().check(
        searchQuery(['Basic'], { filter: { op: 'and', filters: [filter, { op: 'missing', parameter: 'pair' }] } }),
      );
    });
  });
}
