import { describe, expect, it } from 'vitest';
import type { Include, SortKey } from '../../../../src/fhir/search/search-query.ts';
import { chain, has, ids, match, not, or, parse, ref, searchContext, starts, token } from './search-fixture.ts';

const key = (parameter: string, type: SortKey['type'], descending = false): SortKey => ({
  parameter,
  type,
  descending,
});

it.each<[string, readonly SortKey[]]>([
  ['Patient?_sort=family', [key('family', 'string')]],
  ['Patient?_sort=-birthdate,family', [key('birthdate', 'date', true), key('family', 'string')]],
  ['Patient?_sort=_id', [key('_id', 'token')]],
  ['Patient?_sort=-_lastUpdated', [key('_lastUpdated', 'date', true)]],
  ['?_sort=-_lastUpdated', [key('_lastUpdated', 'date', true)]],
  [
    'Observation?_sort=subject,value-quantity',
    [key('subject', 'reference'), { ...key('value-quantity', 'quantity'), also: ['value-quantity|2'] }],
  ],
  ['?_type=Condition,Procedure&_sort=patient', [key('patient', 'reference')]],
])('%s', async (query, sort) => {
  expect((await parse(query)).query.sort).toEqual(sort);
});

const include = (source: string, parameter: string, more: Partial<Include> = {}): Include => ({
  reverse: false,
  source,
  parameters: [parameter],
  iterate: false,
  ...more,
});
const revinclude = (source: string, parameter: string, more: Partial<Include> = {}): Include =>
  include(source, parameter, { reverse: true, targets: [source], ...more });

it.each<[string, readonly Include[]]>([
  ['Observation?_include=Observation:subject', [include('Observation', 'subject')]],
  ['Observation?_include=Observation:subject:Patient', [include('Observation', 'subject', { targets: ['Patient'] })]],
  ['Observation?_include:iterate=Patient:organization', [include('Patient', 'organization', { iterate: true })]],
  ['Observation?_include:recurse=Patient:organization', [include('Patient', 'organization', { iterate: true })]],
  [
    'Patient?_include=Patient:*',
    [
      {
        reverse: false,
        source: 'Patient',
        parameters: ['general-practitioner', 'link', 'organization'],
        iterate: false,
      },
    ],
  ],
  [
    'Patient?_include=*',
    [
      {
        reverse: false,
        source: 'Patient',
        parameters: ['general-practitioner', 'link', 'organization'],
        iterate: false,
      },
    ],
  ],
  [
    'Patient?_include=Patient:*:Organization',
    [
      {
        reverse: false,
        source: 'Patient',
        parameters: ['general-practitioner', 'organization'],
        targets: ['Organization'],
        iterate: false,
      },
    ],
  ],
  ['Patient?_revinclude=Observation:patient', [revinclude('Observation', 'patient')]],
  ['Patient?_revinclude=Provenance:target:Patient', [revinclude('Provenance', 'target')]],
  ['Patient?_revinclude=Provenance:target:Group', []],
  ['Patient?_revinclude:iterate=Observation:subject', [revinclude('Observation', 'subject', { iterate: true })]],
  [
    'Patient?_revinclude=Account:*',
    [{ reverse: true, source: 'Account', parameters: ['patient', 'subject'], targets: ['Account'], iterate: false }],
  ],
  [
    'Patient?_include=Patient:link,Patient:organization',
    [include('Patient', 'link'), include('Patient', 'organization')],
  ],
  [
    'Patient?_include=Patient:link&_include=Patient:organization',
    [include('Patient', 'link'), include('Patient', 'organization')],
  ],
])('%s', async (query, includes) => {
  expect((await parse(query)).query.includes).toEqual(includes);
});

it('_revinclude=* is every reference that may lead to the type', async () => {
  const { query } = await parse('Organization?_revinclude=*');

  expect(query.includes.find(({ source }) => source === 'Patient')?.parameters).toEqual([
    'general-practitioner',
    'organization',
  ]);
  expect(query.includes.some(({ source }) => source === 'Slot')).toBe(false);
});

it.each<[string, object]>([
  ['Patient?', { query: { count: 20, total: 'none' } }],
  ['Patient?_count=5', { query: { count: 5, total: 'none' } }],
  ['Patient?_count=5000', { query: { count: 1000 } }],
  ['Patient?_count=0', { query: { count: 0, total: 'accurate' } }],
  ['Patient?_total=estimate', { query: { total: 'estimate' } }],
  ['Patient?_total=accurate', { query: { total: 'accurate' } }],
  ['Patient?_summary=count', { query: { count: 0, total: 'accurate' }, summary: 'count' }],
  ['Patient?_summary=true', { summary: 'true' }],
  ['Patient?_elements=id,name', { elements: ['id', 'name'] }],
  ['Patient?_cursor=abc', { query: { cursor: 'abc' } }],
  ['Patient?_contained=false&_containedType=container', { query: { types: ['Patient'] } }],
  ['?_type=Patient,Group,Patient', { query: { types: ['Patient', 'Group'] } }],
])('%s', async (query, expected) => {
  expect(await parse(query)).toMatchObject(expected);
});

describe('the parameters understood', () => {
  it('are in the order in which they came, with the count in effect', async () => {
    const { understood } = await parse('Patient?_format=json&name=x&_count=9999&gender=male');

    expect(understood).toEqual([
      ['_format', 'json'],
      ['name', 'x'],
      ['_count', '1000'],
      ['gender', 'male'],
    ]);
  });

  it.each([
    ['Patient?nmae=x&name=y', 'nmae'],
    ['Patient?name=y&gender=', 'gender'],
    ['Patient?_sort=nope&name=y', '_sort'],
    ['Patient?_include=Patient:nope&name=y', '_include'],
    ['Patient?general-practitioner.nope=1&name=y', 'general-practitioner.nope'],
  ])('leave out what lenient handling ignores, with a warning: %s', async (query, name) => {
    const { understood, issues, query: parsed } = await parse(query, searchContext(), 'lenient');

    expect(understood).toEqual([['name', 'y']]);
    expect(issues).toMatchObject([{ severity: 'warning', text: expect.stringMatching(/^Ignored: /) }]);
    expect(parsed.filter).toEqual(match('name', starts('y')));
    await expect(parse(query), name).rejects.toThrow();
  });

  it.each(['Patient?name:foo=x', 'Patient?birthdate=x', 'Patient?_count=x', 'Patient?_contained=true', '?_type=Foo'])(
    'lenient handling does not make %s right',
    async (query) => {
      await expect(parse(query, searchContext(), 'lenient')).rejects.toMatchObject({ status: 400 });
    },
  );
});

describe('types that the caller may not read', () => {
  const context = searchContext('4.0.1', { readable: (type) => ['Patient', 'Observation', 'Location'].includes(type) });

  it.each([
    'Group?',
    'Observation?subject:Group.name=x',
    'Patient?_has:Condition:patient:code=x',
    'Patient?_list=1',
    'Patient?organization.name=x',
    'Patient?_revinclude=Condition:patient',
    'Observation?_include=Observation:subject:Group',
    '?_type=Group',
  ])('are refused where they are named: %s', async (query) => {
    await expect(parse(query, context)).rejects.toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('are left out elsewhere', async () => {
    const all = await parse('?', context);
    const chained = await parse('Observation?subject.identifier=1', context);
    const included = await parse('Observation?_include=Observation:subject&_revinclude=*', context);

    expect(all.query.types).toEqual(['Location', 'Observation', 'Patient']);
    const one = match('identifier', token('1'));
    expect(chained.query.filter).toEqual(or(chain('subject', 'Location', one), chain('subject', 'Patient', one)));
    expect(included.query.includes[0]?.targets).toEqual(['Location', 'Patient']);
    expect(included.query.includes.slice(1).map(({ source }) => source)).toEqual(['Observation']);
  });
});

describe('value sets stored here', () => {
  const asked: string[] = [];
  const context = searchContext('4.0.1', {
    resolveValueSet: async (reference) => {
      asked.push(reference);
      return reference === 'ValueSet/1' ? [{ system: 's', codes: ['a'] }] : undefined;
    },
  });
  const inSet = match('code', { kind: 'token-in', sets: [{ system: 's', codes: ['a'] }] });

  it.each([
    ['Observation?code:in=ValueSet/1', inSet],
    ['Observation?code:in=http://localhost/fhir/ValueSet/1', inSet],
    ['Observation?code:not-in=ValueSet/1', not(inSet)],
    ['Patient?_has:Observation:patient:code:in=ValueSet/1', has('Observation', 'patient', inSet)],
  ])('%s', async (query, filter) => {
    expect((await parse(query, context)).query.filter).toEqual(filter);
  });

  it('are asked for only where the terminology does not know them', async () => {
    asked.length = 0;
    await parse('Observation?code:in=http://vs', context);
    await expect(parse('Observation?code:in=ValueSet/2', context)).rejects.toMatchObject({ status: 400 });

    expect(asked).toEqual(['ValueSet/2']);
  });
});

describe('STU3', () => {
  const context = searchContext('3.0.1');

  it('may have chains in its compartments', async () => {
    const definitions = { ...context.definitions, compartmentParameters: () => ['patient', 'agent.patient', 'nope'] };

    const { query } = await parse('Patient/1/AuditEvent', { ...context, definitions });

    const patient = match('patient', ref('Patient/1'));
    const agents = ['Device', 'RelatedPerson'].map((type) => chain('agent', type, patient));
    expect(query.filter).toEqual(or(patient, ...agents));
  });

  it('a device is in its own compartment', async () => {
    expect((await parse('Device/1/Device', context)).query.filter).toEqual(ids('1'));
  });

  it('searches its own parameters', async () => {
    const { query } = await parse('Observation?related-target=Observation/1', context);

    expect(query.filter).toEqual(match('related-target', ref('Observation/1')));
  });
});
