import { describe, expect, it } from 'vitest';
import type { SearchParameterType } from '../../../../src/fhir/definitions/definitions.ts';
import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';
import { createConverters } from '../../../../src/fhir/index/create-converter.ts';
import type { IndexEntry } from '../../../../src/fhir/index/index-entry.ts';
import { Decimal } from '../../../../src/fhir/json/decimal.ts';
import type { JsonValue } from '../../../../src/fhir/resource.ts';

const UCUM = 'http://unitsofmeasure.org';
const LOINC = 'http://loinc.org';

const createConverter = createConverters(loadDefinitions('4.0.1'), {
  baseUrl: 'https://here.example/fhir',
  // Grams stand for all units; `dBg` falls as its value rises.
  units: {
    canonical(value, unit) {
      if (unit === 'kg') return { value: value * 1000, unit: 'g' };
      return unit === 'dBg' ? { value: -value, unit: 'g' } : undefined;
    },
  },
});

/** The entries of a value, less what they all have in common. */
function convert(parameterType: SearchParameterType, fhirType: string, value: JsonValue): readonly object[] {
  const label = { parameter: 'p', derived: { ofType: 'p:of-type', identifier: 'p:identifier' } };
  const out: IndexEntry[] = [];
  createConverter(parameterType, fhirType, label, undefined)?.(value, 0, out);
  return out.map(({ group: _group, ...rest }) => {
    const { kind, parameter, ...entry } = rest;
    const shown = kind === parameterType ? {} : { kind };
    return JSON.parse(JSON.stringify({ ...shown, ...(parameter === 'p' ? {} : { parameter }), ...entry }, open));
  });
}

/** JSON has no infinities. */
function open(_: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? String(value) : value;
}

type Row = readonly [what: string, fhirType: string, value: JsonValue, entries: readonly object[]];

const tables: readonly (readonly [SearchParameterType, readonly Row[]])[] = [
  [
    'string',
    [
      ['a string is itself', 'string', 'Ann', [{ text: 'Ann' }]],
      ['markdown is its source', 'markdown', '**x**', [{ text: '**x**' }]],
      ['an empty string is nothing', 'string', '', []],
      ['a number where a string belongs is nothing', 'string', 5, []],
      [
        'a name is each of its parts',
        'HumanName',
        { text: 'Dr Ann Lee', family: 'Lee', given: ['Ann', null, 'B'], prefix: ['Dr'], suffix: 'MD', use: 'usual' },
        [{ text: 'Dr Ann Lee' }, { text: 'Lee' }, { text: 'Ann' }, { text: 'B' }, { text: 'Dr' }, { text: 'MD' }],
      ],
      [
        'an address is each of its parts, without use and type',
        'Address',
        { use: 'home', line: ['1 Way', 'Flat 2'], city: 'Bonn', state: 'NW', postalCode: '53111', country: 'DE' },
        [{ text: '1 Way' }, { text: 'Flat 2' }, { text: 'Bonn' }, { text: 'NW' }, { text: '53111' }, { text: 'DE' }],
      ],
      ['a string in place of a name is nothing', 'HumanName', 'Lee', []],
    ],
  ],
  [
    'token',
    [
      [
        'a coding is its system, code and display',
        'Coding',
        { system: LOINC, code: '1-8', display: 'Acyclovir' },
        [{ system: LOINC, code: '1-8', text: 'Acyclovir' }],
      ],
      ['a coding without system has the empty one', 'Coding', { code: 'x' }, [{ system: '', code: 'x' }]],
      ['an empty coding is nothing', 'Coding', { version: '1' }, []],
      [
        "each of a concept's codings carries the concept's text, once",
        'CodeableConcept',
        { text: 'Drug', coding: [{ code: 'a', display: 'Drug' }, { code: 'b', display: 'Rx' }, null, { code: 'c' }] },
        [
          { system: '', code: 'a', text: 'Drug' },
          { system: '', code: 'b', text: 'Rx\nDrug' },
          { system: '', code: 'c', text: 'Drug' },
        ],
      ],
      ['a concept of text alone has no code', 'CodeableConcept', { text: 'x' }, [{ system: '', code: '', text: 'x' }]],
      [
        'an identifier is its system and value',
        'Identifier',
        { system: 's', value: '1' },
        [{ system: 's', code: '1' }],
      ],
      [
        'an identifier with a type is found by :of-type and by the text of the type',
        'Identifier',
        { system: 's', value: '1', type: { text: 'Record', coding: [{ system: 'v2', code: 'MR' }] } },
        [
          { system: 's', code: '1', text: 'Record' },
          { parameter: 'p:of-type', system: 'v2|MR', code: '1' },
        ],
      ],
      ['an identifier may have only a system', 'Identifier', { system: 's' }, [{ system: 's', code: '' }]],
      ['a contact point is its value', 'ContactPoint', { value: '555' }, [{ system: '', code: '555' }]],
      [
        "a contact point's system is its kind",
        'ContactPoint',
        { system: 'email', use: 'home', value: 'a@b' },
        [{ system: 'email', code: 'a@b' }],
      ],
      ['a contact point without value is nothing', 'ContactPoint', { system: 'email' }, []],
      ['a code is itself', 'code', 'final', [{ system: '', code: 'final' }]],
      ['a boolean is true or false', 'boolean', false, [{ system: '', code: 'false' }]],
      ['a string is a code', 'string', 'v1', [{ system: '', code: 'v1' }]],
      ['a uri is a code', 'uri', 'urn:x', [{ system: '', code: 'urn:x' }]],
      ['a quantity is no token', 'Quantity', { value: 1 }, []],
    ],
  ],
  [
    'reference',
    [
      ['a relative reference is local', 'Reference', { reference: 'Patient/1' }, [{ type: 'Patient', id: '1' }]],
      [
        "a reference's version is left out",
        'Reference',
        { reference: 'Patient/1/_history/2' },
        [{ type: 'Patient', id: '1' }],
      ],
      [
        'an absolute reference below the base URL is local',
        'Reference',
        { reference: 'https://here.example/fhir/Patient/1' },
        [{ type: 'Patient', id: '1' }],
      ],
      [
        'any other absolute reference is its URL',
        'Reference',
        { reference: 'https://there.example/fhir/Patient/1/_history/2' },
        [{ url: 'https://there.example/fhir/Patient/1' }],
      ],
      [
        'a base URL that only starts like ours is not ours',
        'Reference',
        { reference: 'https://here.example/fhirs/Patient/1' },
        [{ url: 'https://here.example/fhirs/Patient/1' }],
      ],
      ['a URN is its URL', 'Reference', { reference: 'urn:uuid:1' }, [{ url: 'urn:uuid:1' }]],
      ['an unknown type is a URL', 'Reference', { reference: 'Person2/1' }, [{ url: 'Person2/1' }]],
      ['a contained resource is nothing', 'Reference', { reference: '#p' }, []],
      ['a reference with only a display is nothing', 'Reference', { display: 'Ann' }, []],
      [
        'a logical reference is a token of :identifier',
        'Reference',
        { identifier: { system: 's', value: '1' } },
        [{ kind: 'token', parameter: 'p:identifier', system: 's', code: '1' }],
      ],
      ['a canonical is its URL', 'canonical', 'http://x/VS', [{ url: 'http://x/VS' }]],
      ['a canonical has a version', 'canonical', 'http://x/VS|2', [{ url: 'http://x/VS', version: '2' }]],
      [
        'a canonical below the base URL is found both ways',
        'canonical',
        'https://here.example/fhir/ValueSet/1',
        [{ type: 'ValueSet', id: '1' }, { url: 'https://here.example/fhir/ValueSet/1' }],
      ],
      ['a canonical of a contained resource is nothing', 'canonical', '#vs', []],
      ['a uri is its URL', 'uri', 'urn:oid:1.2', [{ url: 'urn:oid:1.2' }]],
      [
        'a resource in a bundle is itself',
        'Resource',
        { resourceType: 'Composition', id: '1' },
        [{ type: 'Composition', id: '1' }],
      ],
      ['an attachment is its URL', 'Attachment', { url: 'http://x/1' }, [{ url: 'http://x/1' }]],
      ['an object in place of the text is nothing', 'Reference', { reference: { reference: 'Patient/1' } }, []],
    ],
  ],
  [
    'date',
    [
      ['a date is its day', 'date', '1970-01-02', [{ low: 86_400_000, high: 172_800_000 }]],
      ['an instant is its second', 'instant', '1970-01-01T00:00:01Z', [{ low: 1000, high: 2000 }]],
      ['what is no date is nothing', 'dateTime', 'yesterday', []],
      ['a number is no date', 'dateTime', 1970, []],
      [
        'a period is from the start of its start to the end of its end',
        'Period',
        { start: '1970-01-01', end: '1970-01-01T00:00:01Z' },
        [{ low: 0, high: 2000 }],
      ],
      ['a period without end is open', 'Period', { start: '1970-01-01' }, [{ low: 0, high: 'Infinity' }]],
      ['a period without start is open', 'Period', { end: '1969-12-31' }, [{ low: '-Infinity', high: 0 }]],
      ['a period without both is nothing', 'Period', {}, []],
      ['a period that ends before it starts is nothing', 'Period', { start: '1970-01-02', end: '1969' }, []],
      [
        'a timing is from its first event to its last',
        'Timing',
        { event: ['1970-01-03', 'x', '1970-01-01'] },
        [{ low: 0, high: 259_200_000 }],
      ],
      [
        'a timing is within its bounds',
        'Timing',
        { repeat: { boundsPeriod: { start: '1970-01-01' }, frequency: 1 } },
        [{ low: 0, high: 'Infinity' }],
      ],
      ['a timing without either is nothing', 'Timing', { code: { text: 'BID' } }, []],
      ['an age is no date', 'Age', { value: 5 }, []],
    ],
  ],
  [
    'number',
    [
      ['an integer is a point', 'integer', 5, [{ low: 5, high: 5 }]],
      ['a decimal is its nearest double', 'decimal', new Decimal('1.50'), [{ low: 1.5, high: 1.5 }]],
      ['a range is a range', 'Range', { low: { value: 1 }, high: { value: 2 } }, [{ low: 1, high: 2 }]],
      ['a duration is its value', 'Duration', { value: 3, unit: 'h' }, [{ low: 3, high: 3 }]],
      ['a string is no number', 'integer', '5', []],
    ],
  ],
  [
    'quantity',
    [
      [
        'a quantity has its unit and, in UCUM, the base unit too',
        'Quantity',
        { value: new Decimal('2.0'), system: UCUM, code: 'kg', unit: 'kilo' },
        [{ low: 2, high: 2, system: UCUM, code: 'kg', unit: 'kilo', canonical: { low: 2000, high: 2000, unit: 'g' } }],
      ],
      [
        'an unknown UCUM unit has no base unit',
        'Quantity',
        { value: 2, system: UCUM, code: 'zz' },
        [{ low: 2, high: 2, system: UCUM, code: 'zz', unit: '' }],
      ],
      [
        'a unit of another system has no base unit',
        'Quantity',
        { value: 2, system: 'x', code: 'kg' },
        [{ low: 2, high: 2, system: 'x', code: 'kg', unit: '' }],
      ],
      [
        'a comparator leaves one side open',
        'Quantity',
        { value: 2, comparator: '<=', system: UCUM, code: 'kg' },
        [
          {
            ...{ low: '-Infinity', high: 2, system: UCUM, code: 'kg', unit: '' },
            canonical: { low: '-Infinity', high: 2000, unit: 'g' },
          },
        ],
      ],
      [
        'a comparator may leave the upper side open',
        'Quantity',
        { value: 2, comparator: '>', code: 'x' },
        [{ low: 2, high: 'Infinity', system: '', code: 'x', unit: '' }],
      ],
      [
        'a comparator of a unit that counts downwards leaves the other side open',
        'Quantity',
        { value: 2, comparator: '<', system: UCUM, code: 'dBg' },
        [
          {
            ...{ low: '-Infinity', high: 2, system: UCUM, code: 'dBg', unit: '' },
            canonical: { low: -2, high: 'Infinity', unit: 'g' },
          },
        ],
      ],
      [
        'money has its currency for a unit',
        'Money',
        { value: 9.5, currency: 'EUR' },
        [{ low: 9.5, high: 9.5, system: 'urn:iso:std:iso:4217', code: 'EUR', unit: 'EUR' }],
      ],
      [
        'a range has the unit of its ends, and an open one may lack one',
        'Range',
        { high: { value: 3, unit: 'kg', code: 'kg', system: UCUM } },
        [
          {
            ...{ low: '-Infinity', high: 3, system: UCUM, code: 'kg', unit: 'kg' },
            canonical: { low: '-Infinity', high: 3000, unit: 'g' },
          },
        ],
      ],
      ['a range without ends is nothing', 'Range', {}, []],
      [
        'samples are from the least to the greatest',
        'SampledData',
        { origin: { value: 10, code: 'mV' }, factor: 2, upperLimit: 90, data: '1 -4 E U 3' },
        [{ low: 2, high: 90, system: '', code: 'mV', unit: '' }],
      ],
      ['samples without data are nothing', 'SampledData', { origin: { value: 0 } }, []],
      ['a quantity without value is nothing', 'Quantity', { unit: 'kg' }, []],
    ],
  ],
  [
    'uri',
    [
      ['a uri is itself', 'uri', 'http://x', [{ uri: 'http://x' }]],
      [
        'a canonical is found with and without its version',
        'canonical',
        'http://x|1',
        [{ uri: 'http://x|1' }, { uri: 'http://x' }],
      ],
      ['an object is no uri', 'uri', {}, []],
    ],
  ],
];

describe.each(tables)('a value under a %s parameter', (parameterType, rows) => {
  it.each(rows)('%s', (_, fhirType, value, entries) => {
    expect(convert(parameterType, fhirType, value)).toEqual(entries);
  });
});
