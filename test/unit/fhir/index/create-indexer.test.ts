import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../../../../src/fhir/fhir-version.ts';
import { createIndexer } from '../../../../src/fhir/index/create-indexer.ts';
import type { IndexEntry } from '../../../../src/fhir/index/index-entry.ts';
import { Decimal } from '../../../../src/fhir/json/decimal.ts';
import { isJsonObject, type JsonValue, type Resource } from '../../../../src/fhir/resource.ts';

const GENDERS = 'http://hl7.org/fhir/administrative-gender';
const options = {
  units: { canonical: () => undefined },
  terminology: {
    expand: (url: string) => (url.endsWith('administrative-gender') ? [{ system: GENDERS }] : undefined),
  },
};
const indexers = {
  '4.0.1': createIndexer(loadDefinitions('4.0.1'), options),
  '3.0.1': createIndexer(loadDefinitions('3.0.1'), options),
};

/** The entries whose parameter is `parameter`, or starts with it and `$`. */
function entriesOf(resource: Resource, parameter: string, version: FhirVersion = '4.0.1'): readonly IndexEntry[] {
  return indexers[version](resource).filter((entry) => entry.parameter.split('$')[0] === parameter);
}

const patient: Resource = {
  resourceType: 'Patient',
  id: 'p',
  meta: {
    lastUpdated: '2020-01-01T00:00:00Z',
    source: 'urn:source',
    profile: ['http://x/profile|1'],
    tag: [{ system: 's', code: 'tag' }],
    security: [{ code: 'R' }],
  },
  identifier: [
    { system: 's', value: '1' },
    { system: 's', value: '1' },
  ],
  name: [{ family: 'Lee', given: ['Ann'] }],
  gender: 'female',
  birthDate: '1970-01-01',
  telecom: [
    { system: 'phone', value: '555' },
    { system: 'email', value: 'a@b' },
  ],
  generalPractitioner: [{ display: 'Dr Who' }, { reference: '#d' }],
  managingOrganization: { identifier: { value: 'o' } },
};

const observation: Resource = {
  resourceType: 'Observation',
  status: 'final',
  code: {
    coding: [
      { system: 'l', code: 'bp' },
      { system: 's', code: 'bp2' },
    ],
  },
  subject: { reference: 'Group/1' },
  valueQuantity: { value: 1, code: 'mm' },
  component: [
    { code: { coding: [{ code: 'sys' }] }, valueQuantity: { value: new Decimal('120.0'), code: 'mm' } },
    { code: { coding: [{ code: 'note' }] }, valueString: 'calm' },
    { code: { coding: [{ code: 'dia' }] }, valueQuantity: { value: 80, code: 'mm' } },
  ],
};

describe('createIndexer', () => {
  it('indexes the parameters of all resources, but not what engines keep as columns', () => {
    const common = indexers['4.0.1'](patient).filter(({ parameter }) => parameter.startsWith('_'));
    expect(common).toEqual([
      { kind: 'uri', parameter: '_profile', group: 0, uri: 'http://x/profile|1' },
      { kind: 'uri', parameter: '_profile', group: 0, uri: 'http://x/profile' },
      { kind: 'token', parameter: '_security', group: 0, system: '', code: 'R' },
      { kind: 'uri', parameter: '_source', group: 0, uri: 'urn:source' },
      { kind: 'token', parameter: '_tag', group: 0, system: 's', code: 'tag' },
    ]);
  });

  it('gives each value once', () => {
    expect(entriesOf(patient, 'identifier')).toEqual([
      { kind: 'token', parameter: 'identifier', group: 0, system: 's', code: '1' },
    ]);
    const many = { ...patient, name: [{ given: Array.from({ length: 50 }, (_, i) => `n${i % 20}`) }] };
    expect(entriesOf(many, 'given')).toHaveLength(20);
  });

  it('tells the implied system of a code', () => {
    expect(entriesOf(patient, 'gender')).toMatchObject([{ system: GENDERS, code: 'female' }]);
    expect(entriesOf(observation, 'status')).toMatchObject([{ system: '', code: 'final' }]);
  });

  it('says that an element is there when it gives no value to search by', () => {
    expect(entriesOf(patient, 'general-practitioner')).toEqual([
      { kind: 'present', parameter: 'general-practitioner', group: 0 },
    ]);
    expect(entriesOf(patient, 'organization')).toEqual([{ kind: 'present', parameter: 'organization', group: 0 }]);
    expect(entriesOf(patient, 'organization:identifier')).toMatchObject([{ code: 'o' }]);
    expect(entriesOf(patient, 'link')).toEqual([]);
  });

  it('takes only those values that a where lets through', () => {
    expect(entriesOf(patient, 'phone')).toMatchObject([{ code: '555' }]);
    expect(entriesOf(patient, 'email')).toMatchObject([{ code: 'a@b' }]);
    expect(entriesOf(patient, 'telecom')).toHaveLength(2);
  });

  it.each([
    ['neither element', {}, 'false'],
    ['deceasedBoolean false', { deceasedBoolean: false }, 'false'],
    ['deceasedBoolean true', { deceasedBoolean: true }, 'true'],
    ['a date', { deceasedDateTime: '2020' }, 'true'],
  ])('finds a patient with %s as deceased or not', (_, elements, code) => {
    expect(entriesOf({ ...patient, ...elements }, 'deceased')).toMatchObject([{ code }]);
    expect(entriesOf({ ...patient, ...elements }, 'deceased', '3.0.1')).toMatchObject([{ code }]);
  });

  it('keeps the parts of a composite together by the element that they come from', () => {
    const entries = entriesOf(observation, 'component-code-value-quantity');
    expect(entries).toMatchObject([
      { parameter: 'component-code-value-quantity$0', group: 1, code: 'sys' },
      { parameter: 'component-code-value-quantity$1', group: 1, low: 120 },
      { parameter: 'component-code-value-quantity$0', group: 2, code: 'dia' },
      { parameter: 'component-code-value-quantity$1', group: 2, low: 80 },
    ]);
  });

  it('numbers the groups by the elements', () => {
    const groups = entriesOf(observation, 'component-code-value-quantity').map(({ group }) => group);
    expect(groups).toEqual([1, 1, 2, 2]);
  });

  it('indexes once what several parameters lead to', () => {
    const own = ['combo-code', 'combo-value-quantity', 'combo-code-value-quantity', 'code-value-quantity'];
    expect(own.flatMap((parameter) => entriesOf(observation, parameter))).toEqual([]);
    expect(entriesOf(observation, 'code').map((entry) => 'code' in entry && entry.code)).toEqual(['bp', 'bp2']);
    expect(entriesOf(observation, 'value-quantity')).toHaveLength(1);
  });

  it('leaves a composite out when no element has all its parts', () => {
    expect(entriesOf(observation, 'component-code-value-concept')).toEqual([]);
  });

  it('starts the part of a composite at the resource where it says so', () => {
    const sequence = { resourceType: 'Sequence', referenceSeq: { chromosome: { text: '7' } }, variant: [{ start: 5 }] };
    expect(entriesOf(sequence, 'coordinate', '3.0.1')).toMatchObject([
      { parameter: 'coordinate$0', group: 1, text: '7' },
      { parameter: 'coordinate$1', group: 1, low: 5 },
    ]);
  });

  it.each<[string, FhirVersion, JsonValue, number]>([
    ['a Group is no patient in R4, by the expression', '4.0.1', { reference: 'Group/1' }, 0],
    ['a Group is no patient in STU3, by the target', '3.0.1', { reference: 'Group/1' }, 0],
    ['a Patient is, in R4', '4.0.1', { reference: 'Patient/1' }, 1],
    ['a Patient is, in STU3', '3.0.1', { reference: 'Patient/1' }, 1],
    ['a Patient elsewhere is', '4.0.1', { reference: 'https://x/Patient/1' }, 1],
    ['a contained Patient is', '4.0.1', { reference: '#p' }, 1],
    ['a contained Group is not', '4.0.1', { reference: '#g' }, 0],
    ['what says that it is a Patient is', '4.0.1', { type: 'Patient', identifier: { value: '1' } }, 1],
    ['what does not say is not in R4', '4.0.1', { reference: 'urn:uuid:1' }, 0],
    ['what does not say may be in STU3', '3.0.1', { reference: 'urn:uuid:1' }, 1],
  ])('%s', (_, version, subject, count) => {
    const contained = [
      { resourceType: 'Group', id: 'g' },
      { resourceType: 'Patient', id: 'p' },
    ];
    expect(entriesOf({ ...observation, contained, subject }, 'patient', version)).toHaveLength(count);
    expect(entriesOf({ ...observation, contained, subject }, 'subject', version)).toHaveLength(1);
  });

  it("takes a document's first entry for its composition", () => {
    const entry = [
      { resource: { resourceType: 'Composition', id: 'c' } },
      { resource: { resourceType: 'Patient', id: 'p' } },
    ];
    expect(entriesOf({ resourceType: 'Bundle', entry }, 'composition')).toMatchObject([
      { type: 'Composition', id: 'c' },
    ]);
    expect(entriesOf({ resourceType: 'Bundle', entry }, 'message')).toEqual([]);
  });

  it('gives nothing for an unknown type', () => {
    expect(indexers['4.0.1']({ resourceType: 'Nonsense', meta: { source: 'x' } })).toEqual([]);
  });

  it('never throws, whatever stands in place of any value', () => {
    const junk: readonly JsonValue[] = [null, 0, 'x', '', true, [], {}, [null], [[]], [[{}]], [{}], new Decimal('1.0')];
    for (const resource of [patient, observation]) {
      for (const [holder, key] of slots(resource)) {
        const before = holder[key];
        for (const value of junk) {
          holder[key] = value;
          for (const index of Object.values(indexers)) expect(index(resource)).toBeInstanceOf(Array);
        }
        holder[key] = before;
      }
    }
  });

  it('never throws at deep nesting', () => {
    let deep: JsonValue = {};
    for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { extension: deep };
    expect(indexers['4.0.1']({ ...observation, code: deep, component: deep })).toBeInstanceOf(Array);
  });
});

/** Every place in a resource that holds a value, its type aside. */
function slots(
  value: JsonValue | undefined,
): readonly (readonly [holder: Record<string, JsonValue | undefined>, key: string])[] {
  if (!isJsonObject(value) && !Array.isArray(value)) return [];
  const holder = value as Record<string, JsonValue | undefined>;
  const keys = Object.keys(holder).filter((key) => key !== 'resourceType');
  return keys.flatMap((key) => [[holder, key] as const, ...slots(holder[key])]);
}
