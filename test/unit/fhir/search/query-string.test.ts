import { describe, expect, it } from 'vitest';
import { parseCriteria } from '../../../../src/fhir/search/parse-criteria.ts';
import { formatQueryString, parseQueryString } from '../../../../src/fhir/search/parse-query-string.ts';
import { and, match, searchContext, starts, token } from './search-fixture.ts';

it.each<[string, readonly (readonly [string, string])[]]>([
  ['', []],
  ['?a=1', [['a', '1']]],
  [
    'a=1&a=2',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['a', [['a', '']]],
  ['a=', [['a', '']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=b+c%20d%2Be', [['a', 'b c d+e']]],
  ['&&a=1&', [['a', '1']]],
  ['a%3Aexact=%E2%82%AC', [['a:exact', '€']]],
])('%s is read', (text, pairs) => {
  expect(parseQueryString(text)).toEqual(pairs);
});

it.each(['a=%', 'a=%zz', 'a=%E2%82', 'a%=1', 'a=%FF'])('%s is refused', (text) => {
  expect(() => parseQueryString(text)).toThrow(/"%25"/);
});

it('what is written is read back', () => {
  const pairs = [
    ['name:exact', 'a&b=c+d e%|é,/$"'],
    ['_has:Observation:patient:code', 'http://l|1'],
  ] as const;

  const text = formatQueryString(pairs);

  expect(parseQueryString(text)).toEqual(pairs);
  expect(text).toContain('_has:Observation:patient:code=http://l%7C1');
});

it('a lone surrogate is written as the replacement character', () => {
  expect(formatQueryString([['a', '\uD800']])).toBe('a=%EF%BF%BD');
});

describe('criteria', () => {
  const context = searchContext();

  it('are a filter and its normal form', async () => {
    const { filter, criteria } = await parseCriteria('Patient', '?name=b,a&identifier=http://s|1', context);

    expect(filter).toEqual(and(match('name', starts('b'), starts('a')), match('identifier', token('http://s|1'))));
    expect(criteria).toBe('Patient?identifier=http://s%7C1&name=a,b');
  });

  it.each([
    ['name=a&gender=male', 'gender=male&name=a'],
    ['name=a,b', 'name=b,a'],
    ['name=a', 'name=a&name=a'],
    ['name=a%20b', 'name=a+b'],
    ['name=a', 'name=a&_format=json'],
  ])('%s and %s are one condition', async (one, other) => {
    expect((await parseCriteria('Patient', one, context)).criteria).toBe(
      (await parseCriteria('Patient', other, context)).criteria,
    );
  });

  it.each([
    ['', /at least one/],
    ['_format=json', /at least one/],
    ['name=a&_count=1', /"_count" is not a condition/],
    ['name=a&_sort=name', /"_sort" is not a condition/],
    ['_include:iterate=*', /"_include" is not a condition/],
    ['nmae=a', /Did you mean "name"/],
    ['name=', /empty value/],
  ])('"%s" is refused', async (text, message) => {
    await expect(parseCriteria('Patient', text, context)).rejects.toThrow(message);
  });
});
