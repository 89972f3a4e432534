import { describe, expect, it } from 'vitest';
import { type Filter, MATCH_ALL, MATCH_NONE } from '../../src/fhir/search/search-query.ts';
import { present, string, token } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, searchQuery } from './mirrored-store.ts';

const code = (value: string): Filter => ({
  op: 'match',
  parameter: 'code',
  tests: [{ kind: 'token', system: 's', code: value }],
});
const not = (filter: Filter): Filter => ({ op: 'not', filter });
const and = (...filters: Filter[]): Filter => ({ op: 'and', filters });
const or = (...filters: Filter[]): Filter => ({ op: 'or', filters });
const missing = (parameter: string): Filter => ({ op: 'missing', parameter });
const types = (...names: string[]): Filter => ({ op: 'types', types: names });
const ids = (...names: string[]): Filter => ({ op: 'ids', ids: names });

const TYPES = ['Patient', 'Observation', 'Encounter'];

const FILTERS: readonly (readonly [string, Filter])[] = [
  ['everything', MATCH_ALL],
  ['nothing', MATCH_NONE],
  ['not everything', not(MATCH_ALL)],
  ['not nothing', not(MATCH_NONE)],
  ['one condition', code('a')],
  ['its opposite, which matches what has no value too', not(code('a'))],
  ['both of two values of one parameter', and(code('a'), code('b'))],
  ['either', or(code('a'), code('b'))],
  ['neither', not(or(code('a'), code('b')))],
  ['one and not the other', and(code('a'), not(code('b')))],
  ['twice not', not(not(code('a')))],
  ['and in or in and', and(or(and(code('a'), code('b')), code('c')), not(missing('code')))],
  ['everything and a condition', and(MATCH_ALL, code('a'))],
  ['nothing or a condition', or(MATCH_NONE, code('a'))],
  ['everything or a condition', or(MATCH_ALL, code('a'))],
  ['a missing parameter', missing('code')],
  ['a parameter that is there', not(missing('code'))],
  ['a missing parameter that nothing has', missing('unheard')],
  ['a parameter that nothing has, there', not(missing('unheard'))],
  ['a condition on what nothing has', { op: 'match', parameter: 'unheard', tests: [{ kind: 'token', code: 'a' }] }],
  ['its opposite', not({ op: 'match', parameter: 'unheard', tests: [{ kind: 'token', code: 'a' }] })],
  ['a parameter that has no value to search by, but is there', not(missing('subject'))],
  ['missing of what is only present', missing('subject')],
  ['missing or a condition', or(missing('code'), code('a'))],
  ['ids', ids('1', '3', 'none')],
  ['no ids', ids()],
  ['not these ids', not(ids('1'))],
  ['ids and a condition', and(ids('1', '2'), code('a'))],
  ['ids twice', and(ids('1', '2'), ids('2', '3'))],
  ['a type among those searched', types('Patient')],
  ['two types', types('Patient', 'Encounter')],
  ['no type', types()],
  ['a type that is not there', types('Unheard')],
  ['all but a type', not(types('Patient'))],
  ['a condition that differs by type', or(and(types('Patient'), code('a')), and(types('Observation'), code('b')))],
  ['a type alone or a condition on another', or(types('Encounter'), and(types('Patient'), missing('code')))],
];

export function describeFilters(open: OpenStore): void {
  describe('filters', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      const codes = [[], ['a'], ['b'], ['a', 'b'], ['c'], ['a', 'b', 'c']];
      for (const type of TYPES)
        await mirror.put(
          ...codes.map((values, i) => ({
            type,
            id: String(i),
            entries: values.map((value) => token('code', 's', value)),
          })),
          { type, id: 'p', entries: [present('subject')] },
          { type, id: 'gone', entries: [token('code', 's', 'a')] },
        );
      for (const type of TYPES) await mirror.remove(type, 'gone');
      return mirror;
    });

    it.each(FILTERS)('%s', async (_, filter) => {
      for (const type of TYPES) await mirrored().check(searchQuery([type], { filter }));
      await mirrored().check(searchQuery(TYPES, { filter }));
      await mirrored().check(searchQuery(['Unheard', 'Patient'], { filter, count: 2 }));
    });

    it('finds nothing of a type that has no resources', async () => {
      const page = await mirrored().search(searchQuery(['Unheard']));
      expect(page).toMatchObject({ matches: [], included: [], total: 0 });
      expect(page.next).toBeUndefined();
    });

    it('keeps parameters of the same name apart by type', async () => {
      const mirror = mirrored();
      await mirror.put(
        { type: 'A', id: '1', entries: [string('value', 'text')] },
        { type: 'B', id: '1', entries: [token('value', '', 'text')] },
      );
      const tests = [
        { kind: 'string', match: 'exact', text: 'text' },
        { kind: 'token', code: 'text' },
      ] as const;
      for (const test of tests)
        await mirror.check(searchQuery(['A', 'B'], { filter: { op: 'match', parameter: 'value', tests: [test] } }));
      await mirror.check(searchQuery(['A', 'B'], { filter: { op: 'match', parameter: 'value', tests } }));
    });
  });
}
