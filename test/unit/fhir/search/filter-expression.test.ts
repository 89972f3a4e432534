import { expect, it } from 'vitest';
import type { Filter } from '../../../../src/fhir/search/search-query.ts';
import {
  and,
  chain,
  has,
  ids,
  match,
  missing,
  not,
  or,
  parse,
  ref,
  searchContext,
  starts,
  titled,
  token,
} from './search-fixture.ts';

const male = match('gender', token('male'));
const active = match('active', token('true'));
const name = (how: 'exact' | 'starts-with' | 'contains' | 'ends-with', text: string): Filter =>
  match('name', { kind: 'string', match: how, text });
const born = (prefix: 'eq' | 'gt' | 'ap'): Filter =>
  match('birthdate', { kind: 'date', prefix, low: Date.UTC(2013, 0), high: Date.UTC(2014, 0) });

const rows: [string, Filter][] = [
  ['Patient?gender eq male', male],
  ['Patient?gender ne male', and(not(missing('gender')), not(male))],
  ['Patient?gender pr true', not(missing('gender'))],
  ['Patient?gender pr false', missing('gender')],
  ['Patient?name eq "Eve"', name('exact', 'Eve')],
  ['Patient?name ne Eve', and(not(missing('name')), not(name('exact', 'Eve')))],
  ['Patient?name co "a b"', name('contains', 'a b')],
  ['Patient?name sw "a\\"b\\\\"', name('starts-with', 'a"b\\')],
  ['Patient?name ew "\\u0041,b"', name('ends-with', 'A,b')],
  ['Patient?birthdate eq 2013', born('eq')],
  ['Patient?birthdate gt 2013', born('gt')],
  ['Patient?birthdate po 2013', born('ap')],
  [
    'Patient?_lastUpdated ge 2013',
    { op: 'lastUpdated', test: { kind: 'date', prefix: 'ge', low: Date.UTC(2013, 0), high: Date.UTC(2014, 0) } },
  ],
  ['Patient?_id eq 7', ids('7')],
  ['Patient?_id ne 7', not(ids('7'))],
  ['Patient?gender eq male and active eq true', and(male, active)],
  ['Patient?gender eq male or active eq true', or(male, active)],
  ['Patient?gender eq male and active eq true and birthdate eq 2013', and(male, active, born('eq'))],
  ['Patient?gender eq male or active eq true and birthdate eq 2013', and(or(male, active), born('eq'))],
  ['Patient?gender eq male or (active eq true and birthdate eq 2013)', or(male, and(active, born('eq')))],
  ['Patient?not (gender eq male)', not(male)],
  ['Patient?not(gender eq male or active eq true)', not(or(male, active))],
  ['Patient?not (not (gender eq male))', male],
  ['Patient?((gender eq male))', male],
  ['Patient?  gender  eq  male  ', male],
  ['Observation?code eq http://l|1', match('code', token('http://l|1'))],
  [
    'Observation?code in http://vs',
    match('code', { kind: 'token-in', sets: [{ system: 'http://tree', codes: ['cat', 'dog'] }] }),
  ],
  [
    'Observation?code ss http://tree|dog',
    match('code', { kind: 'token-in', sets: [{ system: 'http://tree', codes: ['dog'] }] }),
  ],
  [
    'Observation?code sb http://tree|dog',
    match('code', { kind: 'token-in', sets: [{ system: 'http://tree', codes: ['dog', 'animal'] }] }),
  ],
  ['Observation?subject re Patient/1', match('subject', ref('Patient/1'))],
  ['Observation?patient.name sw x', chain('patient', 'Patient', match('name', starts('x')))],
  ['Patient?_has:Observation:patient:status eq final', has('Observation', 'patient', match('status', token('final')))],
  ['RiskAssessment?probability ge 0.5', match('probability', { kind: 'number', prefix: 'ge', low: 0.5, high: 0.5 })],
  ['ValueSet?url sw http://x', match('url', { kind: 'uri', match: 'below', uri: 'http://x' })],
  ['ValueSet?url co x', match('url', { kind: 'uri', match: 'contains', uri: 'x' })],
  ['ValueSet?url eq http://x', match('url', { kind: 'uri', match: 'exact', uri: 'http://x' })],
];

const search = (row: string) => {
  const [type = '', ...text] = row.split('?');
  return parse(`${type}?_filter=${encodeURIComponent(text.join('?'))}`);
};

it.each(rows)('_filter: %s', async (row, filter) => {
  const { query } = await search(row);

  expect(query.filter).toEqual(filter);
});

const errors: [string, RegExp][] = [
  ['Patient?gender', /at character 7.*one of eq/],
  ['Patient?gender xx male', /at character 8.*one of eq/],
  ['Patient?gender eq', /expected a value/],
  ['Patient?gender eq male and', /expected a search parameter/],
  ['Patient?gender eq male active eq true', /expected "and", "or" or the end/],
  ['Patient?(gender eq male', /expected "\)"/],
  ['Patient?gender eq male)', /"and", "or" or the end/],
  ['Patient?name eq "Eve', /double quotes/],
  ['Patient?name eq ""', /double quotes/],
  ['Patient?name[use eq official].family eq x', /brackets/],
  ['Patient?gender co a', /"co".*not supported.*"gender"/],
  ['Patient?gender gt a', /"gt".*not supported/],
  ['Patient?name gt a', /"gt".*not supported/],
  ['Patient?name:exact eq a', /not part of "_filter"/],
  ['Patient?nmae eq a', /Did you mean "name"/],
  ['Patient?gender pr maybe', /true or false/],
  ['Patient?birthdate gt yesterday', /expected a date/],
  [`Patient?${'('.repeat(60)}gender eq male${')'.repeat(60)}`, /at most 50/],
  [`Patient?${'not('.repeat(19_000)}gender eq male${')'.repeat(19_000)}`, /at most 50/],
  [`Patient?${'gender eq a and gender eq b or '.repeat(60)}gender eq c`, /at most 50/],
];

it.each(titled(errors))('_filter refused: %s', async (_, row, text) => {
  await expect(search(row)).rejects.toThrow(text);
});

it('a _filter may have thousands of terms', async () => {
  const { query } = await search(`Patient?${'gender eq a or '.repeat(2000)}gender eq b`);

  expect(query.filter.op === 'or' && query.filter.filters.length).toBe(2001);
});

it('a stored value set is resolved for "in"', async () => {
  const context = searchContext('4.0.1', { resolveValueSet: async () => [{ system: 's', codes: ['a'] }] });

  const { query } = await parse('Observation?_filter=code%20in%20ValueSet/1', context);

  expect(query.filter).toEqual(match('code', { kind: 'token-in', sets: [{ system: 's', codes: ['a'] }] }));
});
