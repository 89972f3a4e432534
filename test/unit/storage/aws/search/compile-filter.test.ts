import { describe, expect, it } from 'vitest';
import type { Filter, ValueTest } from '../../../../../src/fhir/search/search-query.ts';
import { compileFilter } from '../../../../../src/storage/aws/search/compile-filter.ts';
import { EVERYTHING, NOTHING } from '../../../../../src/storage/aws/search/query-dsl.ts';

const compile = (filter: Filter) =>
  compileFilter({ isCaseSensitive: (system) => system === 'strict', links: new Map() }, filter);
const match = (...tests: ValueTest[]): Filter => ({ op: 'match', parameter: 'p', tests });
const code = (value: string): Filter => match({ kind: 'token', system: 's', code: value });
const date = (prefix: 'eq' | 'sa', low: number, high: number): Filter => match({ kind: 'date', prefix, low, high });
const not = (filter: Filter): Filter => ({ op: 'not', filter });

describe('a filter as a query', () => {
  it.each<[string, Filter, object]>([
    ['everything', { op: 'and', filters: [] }, EVERYTHING],
    ['nothing', { op: 'or', filters: [] }, NOTHING],
    ['not everything', not({ op: 'and', filters: [] }), NOTHING],
    [
      'a code folded where its system does not tell case apart',
      code('X'),
      { term: { token: 'p\u001fb\u001fs\u001fx' } },
    ],
    [
      'a code as it is where its system does',
      match({ kind: 'token', system: 'strict', code: 'X' }),
      { term: { token: 'p\u001fb\u001fstrict\u001fX' } },
    ],
    [
      'a code of any system, folded and as it is, in terms that can not be taken for one another',
      match({ kind: 'token', code: 'X' }),
      { terms: { token: ['p\u001fc\u001fx', 'p\u001fe\u001fX'] } },
    ],
    [
      'alternatives of one parameter as one list of terms',
      { op: 'or', filters: [code('a'), code('b')] },
      { terms: { token: ['p\u001fb\u001fs\u001fa', 'p\u001fb\u001fs\u001fb'] } },
    ],
    [
      'several negations as the negation of one list',
      { op: 'and', filters: [not(code('a')), not(code('b'))] },
      { bool: { must_not: [{ terms: { token: ['p\u001fb\u001fs\u001fa', 'p\u001fb\u001fs\u001fb'] } }] } },
    ],
    ['twice not as nothing', not(not(code('a'))), { term: { token: 'p\u001fb\u001fs\u001fa' } }],
    [
      'a range that lies within another',
      date('eq', 1, 2),
      { range: { 'date.p': { gte: 1, lt: 2, relation: 'WITHIN' } } },
    ],
    [
      'an open range by leaving its bound out',
      date('eq', 1, Number.POSITIVE_INFINITY),
      { range: { 'date.p': { gte: 1, relation: 'WITHIN' } } },
    ],
    [
      'a text within others with the characters of patterns as themselves',
      match({ kind: 'string', match: 'contains', text: 'a*?\\' }),
      { wildcard: { string: { value: 'p\u001f*a\\*\\?\\\\*' } } },
    ],
  ])('%s', (_, filter, query) => {
    expect(compile(filter)).toEqual(query);
  });

  it('cuts no character of a long text in half', () => {
    const text = `${'a'.repeat(99)}😀${'b'.repeat(50)}😀${'c'.repeat(99)}`;
    const found = JSON.stringify(compile(match({ kind: 'string', match: 'contains', text })));
    expect(found).toContain(`*${'a'.repeat(99)}*`);
    expect(found).toContain(`*${'c'.repeat(99)}*`);
    expect(found).not.toMatch(/ud83d|ude00/);
  });

  it('holds twenty thousand codes in one list', () => {
    const tests = Array.from({ length: 20_000 }, (_, i): ValueTest => ({ kind: 'token', system: 's', code: `c${i}` }));
    expect(compile(match(...tests)).terms?.token).toHaveLength(20_000);
  });
});
