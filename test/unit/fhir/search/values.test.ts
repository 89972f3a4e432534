import { describe, expect, it } from 'vitest';
import type { Filter, Prefix, ValueTest } from '../../../../src/fhir/search/search-query.ts';
import { and, BASE, match, missing, not, or, parse, ref, starts, token } from './search-fixture.ts';

const day = (prefix: Prefix, low: string, high: string): ValueTest => ({
  kind: 'date',
  prefix,
  low: Date.parse(low),
  high: Date.parse(high),
});
const number = (prefix: Prefix, low: number, high: number): ValueTest => ({ kind: 'number', prefix, low, high });
const url = (text: string, version?: string): ValueTest => ({
  kind: 'reference-url',
  url: text,
  version,
  match: 'exact',
});
const uri = (how: 'exact' | 'above' | 'below', text: string): ValueTest => ({ kind: 'uri', match: how, uri: text });
const inTree = (...codes: string[]): ValueTest => ({ kind: 'token-in', sets: [{ system: 'http://tree', codes }] });
/** R4's `value-quantity` takes sampled data too, which `code-value-quantity` does not: those stand by themselves. */
const valueQuantity = (test: ValueTest): Filter => or(match('value-quantity', test), match('value-quantity|2', test));
const subjects = ['Device', 'Group', 'Location', 'Patient'];

const strings: [string, Filter][] = [
  ['Patient?name=eve', match('name', starts('eve'))],
  ['Patient?name=eve,adam', match('name', starts('eve'), starts('adam'))],
  ['Patient?name=a%5C,b', match('name', starts('a,b'))],
  ['Patient?name=a%5C%5C,b', match('name', starts('a\\'), starts('b'))],
  ['Patient?name=a%5C$b%5C%7Cc', match('name', starts('a$b|c'))],
  ['Patient?name=a%5Cb', match('name', starts('a\\b'))],
  ['Patient?name:exact=Eve', match('name', { kind: 'string', match: 'exact', text: 'Eve' })],
  ['Patient?name:contains=v', match('name', { kind: 'string', match: 'contains', text: 'v' })],
  ['Patient?name:missing=true', missing('name')],
  ['Patient?name:missing=false', not(missing('name'))],
  ['Patient?name=Jos%C3%A9+Maria', match('name', starts('José Maria'))],
];

const tokens: [string, Filter][] = [
  ['Patient?gender=male', match('gender', token('male'))],
  ['Patient?identifier=http://s|1', match('identifier', token('http://s|1'))],
  ['Patient?identifier=|1', match('identifier', token('|1'))],
  ['Patient?identifier=http://s|', match('identifier', token('http://s|'))],
  ['Patient?identifier=http://s|a%5C|b', match('identifier', { kind: 'token', system: 'http://s', code: 'a|b' })],
  ['Patient?active=true', match('active', token('true'))],
  ['Patient?identifier=a|1,b|2', match('identifier', token('a|1'), token('b|2'))],
  ['Patient?gender:not=male', not(match('gender', token('male')))],
  ['Patient?gender:not=male,female', not(match('gender', token('male'), token('female')))],
  ['Patient?gender:missing=true', missing('gender')],
  ['Observation?code:text=head', match('code', { kind: 'token-text', text: 'head' })],
  ['Observation?code:in=http://vs', match('code', inTree('cat', 'dog'))],
  ['Observation?code:not-in=http://vs', not(match('code', inTree('cat', 'dog')))],
  ['Observation?code:below=http://tree|animal', match('code', inTree('animal', 'cat', 'dog'))],
  ['Observation?code:above=http://tree|dog', match('code', inTree('dog', 'animal'))],
  [
    'Patient?identifier:of-type=http://t|MR|12',
    match('identifier:of-type', { kind: 'token', system: 'http://t|MR', code: '12' }),
  ],
  ['Patient?_tag=http://s|x', match('_tag', token('http://s|x'))],
  ['Patient?_security:not=R', not(match('_security', token('R')))],
  ['Patient?deceased=true', match('deceased', token('true'))],
];

const references: [string, Filter][] = [
  ['Observation?subject=Patient/1', match('subject', ref('Patient/1'))],
  ['Observation?subject=Patient/1/_history/2', match('subject', ref('Patient/1'))],
  [`Observation?subject=${BASE}/Patient/1`, match('subject', ref('Patient/1'))],
  [`Observation?subject=${BASE}/Patient/1/_history/3`, match('subject', ref('Patient/1'))],
  ['Observation?subject=http://other/Patient/1', match('subject', url('http://other/Patient/1'))],
  ['Observation?subject=http://other/Patient/1/_history/3', match('subject', url('http://other/Patient/1'))],
  ['Observation?subject=urn:uuid:c757873d', match('subject', url('urn:uuid:c757873d'))],
  ['Observation?subject=1', match('subject', ...subjects.map((type) => ref(`${type}/1`)))],
  ['Observation?patient=1', match('patient', ref('Patient/1'))],
  ['Observation?subject:Patient=1', match('subject', ref('Patient/1'))],
  ['Observation?subject:Patient=Patient/1', match('subject', ref('Patient/1'))],
  ['Observation?subject:Patient=1,2', match('subject', ref('Patient/1'), ref('Patient/2'))],
  ['Observation?subject:identifier=http://s|9', match('subject:identifier', token('http://s|9'))],
  ['Observation?subject:missing=true', missing('subject')],
  ['Condition?patient=1,Patient/2', match('patient', ref('Patient/1'), ref('Patient/2'))],
  ['QuestionnaireResponse?questionnaire=http://q|1.0', match('questionnaire', url('http://q', '1.0'))],
  ['QuestionnaireResponse?questionnaire=http://q', match('questionnaire', url('http://q'))],
  [
    `QuestionnaireResponse?questionnaire=${BASE}/Questionnaire/1`,
    match('questionnaire', ref('Questionnaire/1'), url(`${BASE}/Questionnaire/1`)),
  ],
  [
    'QuestionnaireResponse?questionnaire:below=http://q|1',
    match('questionnaire', { kind: 'reference-url', url: 'http://q', version: '1', match: 'below' }),
  ],
];

const dates: [string, Filter][] = [
  ['Patient?birthdate=2013', match('birthdate', day('eq', '2013-01-01', '2014-01-01'))],
  ['Patient?birthdate=eq2013-02', match('birthdate', day('eq', '2013-02-01', '2013-03-01'))],
  ['Patient?birthdate=ne2013-02-03', match('birthdate', day('ne', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=gt2013-02-03', match('birthdate', day('gt', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=lt2013-02-03', match('birthdate', day('lt', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=ge2013-02-03', match('birthdate', day('ge', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=le2013-02-03', match('birthdate', day('le', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=sa2013-02-03', match('birthdate', day('sa', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=eb2013-02-03', match('birthdate', day('eb', '2013-02-03', '2013-02-04'))],
  ['Patient?birthdate=ap2023-12-12', match('birthdate', day('ap', '2023-12-10T02:24Z', '2023-12-14T21:36Z'))],
  ['Patient?birthdate=ap2024', match('birthdate', day('ap', '2024-01-01', '2025-01-01'))],
  [
    'Observation?date=ge2013-01-14T10:00:00%2B01:00',
    match('date', day('ge', '2013-01-14T09:00:00Z', '2013-01-14T09:00:01Z')),
  ],
  [
    'Observation?date=ge2013-01-14T10:00:00+01:00',
    match('date', day('ge', '2013-01-14T09:00:00Z', '2013-01-14T09:00:01Z')),
  ],
  ['Patient?birthdate:missing=false', not(missing('birthdate'))],
];

const quantity = (prefix: Prefix, low: number, high: number, more: object = {}): ValueTest => ({
  kind: 'quantity',
  prefix,
  low,
  high,
  ...more,
});
const ucum = 'http://unitsofmeasure.org';

const numbers: [string, Filter][] = [
  ['RiskAssessment?probability=0.5', match('probability', number('eq', 0.45, 0.55))],
  ['RiskAssessment?probability=gt0.8', match('probability', number('gt', 0.8, 0.8))],
  ['RiskAssessment?probability=ne100', match('probability', number('ne', 99.5, 100.5))],
  ['RiskAssessment?probability=1e2', match('probability', number('eq', 50, 150))],
  ['RiskAssessment?probability=lt-5', match('probability', number('lt', -5, -5))],
  ['RiskAssessment?probability=ap100', match('probability', number('ap', 90, 110))],
  ['RiskAssessment?probability=ap-100', match('probability', number('ap', -110, -90))],
  ['RiskAssessment?probability=ap1', match('probability', number('ap', 0.5, 1.5))],
  ['Observation?value-quantity=5', valueQuantity(quantity('eq', 4.5, 5.5))],
  ['Observation?value-quantity=5||mg', valueQuantity(quantity('eq', 4.5, 5.5, { code: 'mg' }))],
  ['Observation?value-quantity=le5|http://s|x', valueQuantity(quantity('le', 5, 5, { system: 'http://s', code: 'x' }))],
  [
    `Observation?value-quantity=gt5|${ucum}|kg`,
    valueQuantity(quantity('gt', 5, 5, { system: ucum, code: 'kg', canonical: { low: 5000, high: 5000, unit: 'g' } })),
  ],
  [
    `Observation?value-quantity=5|${ucum}|kg`,
    valueQuantity(
      quantity('eq', 4.5, 5.5, { system: ucum, code: 'kg', canonical: { low: 4500, high: 5500, unit: 'g' } }),
    ),
  ],
  [`Observation?value-quantity=ge5|${ucum}|foo`, valueQuantity(quantity('ge', 5, 5, { system: ucum, code: 'foo' }))],
];

const uris: [string, Filter][] = [
  ['ValueSet?url=http://x/y', match('url', uri('exact', 'http://x/y'))],
  ['ValueSet?url:below=http://x/', match('url', uri('below', 'http://x/'))],
  ['ValueSet?url:above=http://x/y/z', match('url', uri('above', 'http://x/y/z'))],
  ['Patient?_profile=http://p,http://q', match('_profile', uri('exact', 'http://p'), uri('exact', 'http://q'))],
  ['Patient?_source=http://p', match('_source', uri('exact', 'http://p'))],
];

const composites: [string, Filter][] = [
  [
    'Observation?code-value-quantity=http://l|1$gt5',
    and(match('code', token('http://l|1')), match('value-quantity', quantity('gt', 5, 5))),
  ],
  [
    'Observation?code-value-string=a$b%5C$c,d$e',
    or(
      and(match('code', token('a')), match('value-string', starts('b$c'))),
      and(match('code', token('d')), match('value-string', starts('e'))),
    ),
  ],
  [
    'Observation?component-code-value-quantity=1$gt5',
    { op: 'composite', parameter: 'component-code-value-quantity', tuples: [[token('1'), quantity('gt', 5, 5)]] },
  ],
  [
    'Observation?combo-code-value-quantity=1$gt5',
    or(and(match('code', token('1')), match('value-quantity', quantity('gt', 5, 5))), {
      op: 'composite',
      parameter: 'component-code-value-quantity',
      tuples: [[token('1'), quantity('gt', 5, 5)]],
    }),
  ],
  ['Observation?combo-code=1', or(match('code', token('1')), match('component-code', token('1')))],
  ['Observation?combo-code:missing=true', and(missing('code'), missing('component-code'))],
  ['Observation?combo-code:not=1', not(or(match('code', token('1')), match('component-code', token('1'))))],
  ['Patient?phonetic=eve', match('name', starts('eve'))],
  [
    'DocumentReference?relationship=1$appends',
    { op: 'composite', parameter: 'relationship', tuples: [[ref('DocumentReference/1'), token('appends')]] },
  ],
];

const common: [string, Filter][] = [
  ['Patient?_id=1,2,1', { op: 'ids', ids: ['1', '2'] }],
  ['Patient?_id:not=1', not({ op: 'ids', ids: ['1'] })],
  ['Patient?_id:missing=true', or()],
  [
    'Patient?_lastUpdated=ge2013',
    { op: 'lastUpdated', test: { kind: 'date', prefix: 'ge', low: Date.UTC(2013, 0), high: Date.UTC(2014, 0) } },
  ],
  ['Patient?_list=42', { op: 'has', type: 'List', parameter: 'item', filter: { op: 'ids', ids: ['42'] } }],
  [
    'Patient?_list=List/42,43',
    { op: 'has', type: 'List', parameter: 'item', filter: { op: 'ids', ids: ['42', '43'] } },
  ],
  ['Patient?_text=heart', { op: 'text', field: 'narrative', text: 'heart' }],
  ['Patient?_content=heart%20OR%20lung', { op: 'text', field: 'content', text: 'heart OR lung' }],
  ['Patient?_type=Patient', { op: 'types', types: ['Patient'] }],
];

describe.each(Object.entries({ strings, tokens, references, dates, numbers, uris, composites, common }))(
  'the values of %s',
  (_, rows) => {
    it.each(rows)('%s', async (query, filter) => {
      const { query: parsed } = await parse(query);

      expect(parsed.filter).toEqual(filter);
    });
  },
);
