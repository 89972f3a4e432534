import { describe, it } from 'vitest';
import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';
import type { ValueTest } from '../../src/fhir/search/search-query.ts';
import { present, quantity, reference, string, token, uri, urlReference } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, searchQuery } from './mirrored-store.ts';
import { CASE_SENSITIVE_SYSTEM } from './test-resource.ts';

/** One resource each, in this order `v0`, `v1` …; all under the parameter `p`. */
const VALUES: readonly (readonly IndexEntry[])[] = [
  ...[
    'Anna',
    'anna',
    'ANNA',
    'Ánna',
    'Annabel',
    'Hanna',
    'Joanna',
    'Müller',
    'Mueller',
    'muller',
    'van der Berg',
    'Łódź',
    '',
  ].map((text) => [string('p', text)]),
  [string('p', 'Bob'), string('p', 'Robert')],
  [string('p', '100%'), string('p', 'a_b'), string('p', 'a\\b'), string('p', "O'Neil"), string('p', '"quoted" * [x]?')],
  [string('p', '1000'), string('p', 'axb')],
  [string('other', 'Anna'), token('p', 'Anna', 'Anna', 'Anna')],
  [token('p', 'http://a', 'x', 'First thing')],
  [token('p', 'http://a', 'X')],
  [token('p', 'http://a', 'y', 'first Other\nSécond name')],
  [token('p', 'http://b', 'x', 'The first')],
  [token('p', 'http://A', 'x')],
  [token('p', '', 'x')],
  [token('p', '', '', 'First text alone')],
  [token('p', 'http://a', '')],
  [token('p', CASE_SENSITIVE_SYSTEM, 'x')],
  [token('p', CASE_SENSITIVE_SYSTEM, 'X')],
  [token('p', 'http://a', 'x', 'First thing'), token('p', 'http://b', 'y', 'other')],
  [reference('p', 'Patient/1')],
  [reference('p', 'Patient/10')],
  [reference('p', 'Practitioner/1')],
  [reference('p', 'Patient/ABC'), reference('p', 'Patient/2')],
  [urlReference('p', 'Patient/1')],
  [urlReference('p', 'http://x.org/fhir/Patient/1')],
  [urlReference('p', 'http://x.org/fhir/Patient/1', '2')],
  [urlReference('p', 'http://x.org/fhir/Patient/10', '2')],
  [urlReference('p', 'http://x.org/fhir/Patient/1', '2.1.0')],
  [urlReference('p', 'http://x.org/fhir')],
  [uri('p', 'http://x.org/fhir')],
  [uri('p', 'http://x.org/fhir/a')],
  [uri('p', 'http://x.org/fhir/a/b')],
  [uri('p', 'http://x.org/fhir%a_b')],
  [uri('p', 'HTTP://X.org/fhir')],
  [uri('p', 'urn:oid:1.2.3'), uri('p', 'urn:oid:1.2.3.4')],
  [quantity('p', 5, 'http://unitsofmeasure.org', 'mg', 'milligram')],
  [quantity('p', 5, 'http://unitsofmeasure.org', 'g')],
  [quantity('p', 5, '', '', 'mg')],
  [quantity('p', 5, 'urn:other', 'mg')],
  [
    {
      kind: 'quantity',
      parameter: 'p',
      group: 0,
      low: 5,
      high: 5,
      system: 'u',
      code: 'mg',
      unit: 'mg',
      canonical: { low: 0.005, high: 0.005, unit: 'g' },
    },
  ],
  [
    {
      kind: 'quantity',
      parameter: 'p',
      group: 0,
      low: 7,
      high: 7,
      system: 'u',
      code: 'mL',
      unit: 'mL',
      canonical: { low: 0.005, high: 0.005, unit: 'l' },
    },
  ],
  [present('p')],
  [],
];

const STRINGS = [
  'anna',
  'Anna',
  'ann',
  'nna',
  'a',
  '',
  'muller',
  'Müller',
  'berg',
  'van d',
  'lodz',
  'Łódź',
  '%',
  '0%',
  'a_b',
  'a\\b',
  "O'N",
  "o'neil",
  '"',
  '*',
  '[x]?',
  'bert',
  'bob',
];
const MATCHES = ['exact', 'starts-with', 'contains', 'ends-with'] as const;
const SYSTEMS = [undefined, '', 'http://a', 'http://b', 'http://A', 'http://', CASE_SENSITIVE_SYSTEM];
const CODES = [undefined, '', 'x', 'X', 'y', 'Anna', 'z'];
const URIS = [
  'http://x.org/fhir',
  'http://x.org/fhir/',
  'http://x.org/fhir/a',
  'http://x.org/fhir/a/b/c',
  'http://x.org/fhir%a_b',
  'fhir',
  '%',
  '_',
  'urn:oid:1.2.3',
  'urn:oid:1.2.3.4.5',
  '',
];
const QUANTITY = { kind: 'quantity', prefix: 'eq', low: 4.5, high: 5.5 } as const;

const TESTS: Readonly<Record<string, readonly ValueTest[]>> = {
  string: MATCHES.flatMap((match) => STRINGS.map((text): ValueTest => ({ kind: 'string', match, text }))),
  token: SYSTEMS.flatMap((system) => CODES.map((code): ValueTest => ({ kind: 'token', system, code }))),
  'token-in': [
    { kind: 'token-in', sets: [] },
    { kind: 'token-in', sets: [{ system: 'http://a' }] },
    { kind: 'token-in', sets: [{ system: '' }] },
    { kind: 'token-in', sets: [{ system: 'http://a', codes: [] }] },
    { kind: 'token-in', sets: [{ system: 'http://a', codes: ['y', 'z'] }] },
    { kind: 'token-in', sets: [{ system: 'http://a', codes: ['X'] }] },
    { kind: 'token-in', sets: [{ system: CASE_SENSITIVE_SYSTEM, codes: ['X'] }] },
    {
      kind: 'token-in',
      sets: [{ system: 'http://a', codes: ['y'] }, { system: 'http://b', codes: ['x', 'y'] }, { system: '' }],
    },
  ],
  'token-text': ['first', 'FIRST T', 'second', 'sécond', 'other', 'thing', 'text', 'x', 'name', 'first_', 'f%'].map(
    (text) => ({ kind: 'token-text', text }),
  ),
  reference: [
    'Patient/1',
    'Patient/10',
    'Practitioner/1',
    'Patient/ABC',
    'Patient/abc',
    'Patient/2',
    'Unheard/1',
    'Patient/none',
  ].map((key) => {
    const [type = '', id = ''] = key.split('/');
    return { kind: 'reference', type, id };
  }),
  'reference-url': [
    ...['http://x.org/fhir/Patient/1', 'http://x.org/fhir', 'Patient/1', 'http://none'].flatMap((url): ValueTest[] => [
      { kind: 'reference-url', url, match: 'exact' },
      { kind: 'reference-url', url, version: '2', match: 'exact' },
      { kind: 'reference-url', url, version: '3', match: 'exact' },
      { kind: 'reference-url', url, match: 'below' },
      { kind: 'reference-url', url, version: '2', match: 'below' },
      { kind: 'reference-url', url, version: '2.', match: 'below' },
    ]),
  ],
  uri: (['exact', 'below', 'above', 'contains'] as const).flatMap((match) =>
    URIS.map((value): ValueTest => ({ kind: 'uri', match, uri: value })),
  ),
  'quantity unit': [
    QUANTITY,
    ...[undefined, '', 'http://unitsofmeasure.org', 'urn:other', 'u'].flatMap((system) =>
      [undefined, 'mg', 'MG', 'milligram', 'g', ''].map((code): ValueTest => ({ ...QUANTITY, system, code })),
    ),
    { ...QUANTITY, canonical: { low: 0.0045, high: 0.0055, unit: 'g' } },
    { ...QUANTITY, canonical: { low: 0.0045, high: 0.0055, unit: 'l' } },
    { ...QUANTITY, canonical: { low: 0.0045, high: 0.0055, unit: 'm' } },
    { ...QUANTITY, canonical: { low: 4.5, high: 5.5, unit: 'g' } },
    { ...QUANTITY, system: 'nothing-has-this', code: 'none', canonical: { low: 0.0045, high: 0.0055, unit: 'g' } },
  ],
};

export function describeValues(open: OpenStore): void {
  describe('searches values', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(...VALUES.map((entries, i) => ({ type: 'Basic', id: `v${i}`, entries })));
      return mirror;
    });

    describe.each(Object.entries(TESTS))('by %s', (_kind, tests) => {
      it.each(tests.map((test) => [JSON.stringify(test), test] as const))('%s', async (_, test) => {
        const filter = { op: 'match', parameter: 'p', tests: [test] } as const;
        await mirrored().check(searchQuery(['Basic'], { filter }));
        await mirrored().check(searchQuery(['Basic'], { filter: { op: 'not', filter } }));
      });
    });

    it('by any of several tests, also of different kinds', async () => {
      const all = Object.values(TESTS).flat();
      for (let i = 0; i + 3 < all.length; i += 3) {
        const tests = [...all.slice(i, i + 3), ...all.slice(-i - 2, -i - 1)];
        await mirrored().check(searchQuery(['Basic'], { filter: { op: 'match', parameter: 'p', tests } }));
      }
    });

    it('by no test at all: nothing', async () => {
      await mirrored().check(searchQuery(['Basic'], { filter: { op: 'match', parameter: 'p', tests: [] } }));
    });
  });
}
