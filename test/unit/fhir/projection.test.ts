import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../../../src/fhir/definitions/load-definitions.ts';
import { Decimal } from '../../../src/fhir/json/decimal.ts';
import { type Projection, project } from '../../../src/fhir/projection.ts';
import type { JsonObject, Resource } from '../../../src/fhir/resource.ts';

const R4 = loadDefinitions('4.0.1');
const STU3 = loadDefinitions('3.0.1');

const OLD_TAG = { system: 'http://example.org', code: 'a' };
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

const meta = { versionId: '3', tag: [OLD_TAG] };
const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };
const extension = [{ url: 'http://e', valueString: 'x' }];
const modifierExtension = [{ url: 'http://m', valueBoolean: true }];

const PATIENT: Resource = {
  resourceType: 'Patient',
  id: 'p',
  meta,
  implicitRules: 'http://rules',
  language: 'de',
  text,
  contained: [{ resourceType: 'Organization', id: 'o' }],
  extension,
  modifierExtension,
  active: true,
  name: [
    {
      extension,
      family: 'F',
      _family: { extension },
      given: ['A', null],
      _given: [null, { extension }],
      period: { start: '2020' },
    },
  ],
  birthDate: '1970-01-01',
  _birthDate: { extension },
  deceasedBoolean: false,
  maritalStatus: { text: 'M' },
  contact: [{ name: { family: 'C' } }],
  managingOrganization: { reference: '#o' },
  link: [{ other: { reference: 'Patient/2' }, type: 'seealso' }],
  unknown: 7,
};

const OBSERVATION: Resource = {
  resourceType: 'Observation',
  id: 'o',
  meta,
  text,
  status: 'final',
  category: [{ text: 'c' }],
  code: { extension, coding: [{ system: 'http://s', code: 'c', userSelected: true }], text: 't' },
  valueQuantity: { value: new Decimal('1.50'), unit: 'mg' },
  note: [{ text: 'n' }],
  component: [
    { code: { text: 'x' }, valueQuantity: { value: new Decimal('2.0') }, interpretation: [{ text: 'i' }] },
    { extension },
  ],
};

function without(resource: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name)));
}

/** The result without type, id and tag, which all have. */
function body(resource: Resource, how: Projection, definitions = R4): JsonObject {
  const result = project(resource, how, definitions);
  expect(result).toMatchObject({
    resourceType: resource.resourceType,
    id: resource.id,
    meta: { versionId: '3', tag: [OLD_TAG, SUBSETTED] },
  });
  return without(result, 'resourceType', 'id', 'meta');
}

describe('_summary', () => {
  test('true: the elements of the summary at every depth, and what is mandatory or a modifier', () => {
    expect(body(PATIENT, { summary: 'true' })).toEqual({
      implicitRules: 'http://rules',
      modifierExtension,
      active: true,
      name: [
        {
          family: 'F',
          _family: { extension },
          given: ['A', null],
          _given: [null, { extension }],
          period: { start: '2020' },
        },
      ],
      birthDate: '1970-01-01',
      _birthDate: { extension },
      deceasedBoolean: false,
      managingOrganization: { reference: '#o' },
      link: [{ other: { reference: 'Patient/2' }, type: 'seealso' }],
    });
  });

  test('true: decimals stay as they were written, choices are known by their types, nothing is left empty', () => {
    expect(body(OBSERVATION, { summary: 'true' })).toEqual({
      status: 'final',
      code: { coding: [{ system: 'http://s', code: 'c', userSelected: true }], text: 't' },
      valueQuantity: { value: new Decimal('1.50'), unit: 'mg' },
      component: [{ code: { text: 'x' }, valueQuantity: { value: new Decimal('2.0') } }],
    });
  });

  test('true: mandatory elements stay though the summary leaves them out', () => {
    const appointment = {
      resourceType: 'Appointment',
      id: 'a',
      meta,
      status: 'booked',
      participant: [{ status: 'accepted', type: [{ text: 't' }] }],
    };
    expect(body(appointment, { summary: 'true' })).toEqual({
      status: 'booked',
      participant: [{ status: 'accepted', type: [{ text: 't' }] }],
    });
  });

  test('true: resources within a bundle are summarized too', () => {
    const bundle = {
      resourceType: 'Bundle',
      id: 'b',
      meta,
      type: 'collection',
      entry: [{ fullUrl: 'urn:x', resource: PATIENT }, { resource: 'broken' }],
    };
    expect(body(bundle, { summary: 'true' })).toEqual({
      type: 'collection',
      entry: [{ fullUrl: 'urn:x', resource: project(PATIENT, { summary: 'true' }, R4) }],
    });
  });

  test('text: text, id, meta and mandatory top-level elements', () => {
    expect(body(PATIENT, { summary: 'text' })).toEqual({ text });
    expect(body(OBSERVATION, { summary: 'text' })).toEqual({ text, status: 'final', code: OBSERVATION.code });
  });

  test('data: all but the text', () => {
    expect(body(PATIENT, { summary: 'data' })).toEqual(without(PATIENT, 'resourceType', 'id', 'meta', 'text'));
  });

  test.each(['false', 'count', undefined] as const)('%s: the resource itself', (summary) => {
    expect(project(PATIENT, { summary }, R4)).toBe(PATIENT);
  });
});

describe('_elements', () => {
  const modifiers = {
    implicitRules: 'http://rules',
    modifierExtension,
    active: true,
    deceasedBoolean: false,
    link: PATIENT.link,
  };
  test.each<[string, Resource, string[], JsonObject]>([
    [
      'names elements; modifiers come with them',
      PATIENT,
      ['birthDate', 'contact'],
      { ...modifiers, birthDate: '1970-01-01', _birthDate: { extension }, contact: PATIENT.contact },
    ],
    [
      'mandatory elements come with them',
      OBSERVATION,
      ['note'],
      { status: 'final', code: OBSERVATION.code, note: OBSERVATION.note },
    ],
    [
      'a path names a part',
      PATIENT,
      ['name.family'],
      { ...modifiers, name: [{ family: 'F', _family: { extension } }] },
    ],
    [
      'several parts',
      PATIENT,
      ['name.family', 'name.period'],
      { ...modifiers, name: [{ family: 'F', _family: { extension }, period: { start: '2020' } }] },
    ],
    ['an element and a part of it: all of it', PATIENT, ['name.family', 'name'], { ...modifiers, name: PATIENT.name }],
    ['the type may come first', PATIENT, ['Patient.language'], { ...modifiers, language: 'de' }],
    [
      'names of other types do not count',
      PATIENT,
      ['Patient.language', 'Observation.name'],
      { ...modifiers, language: 'de' },
    ],
    [
      'a choice as in FHIRPath',
      OBSERVATION,
      ['value'],
      { status: 'final', code: OBSERVATION.code, valueQuantity: OBSERVATION.valueQuantity },
    ],
    [
      'a choice as in JSON',
      OBSERVATION,
      ['valueQuantity'],
      { status: 'final', code: OBSERVATION.code, valueQuantity: OBSERVATION.valueQuantity },
    ],
    [
      'a choice as in the specification',
      OBSERVATION,
      ['value[x]'],
      { status: 'final', code: OBSERVATION.code, valueQuantity: OBSERVATION.valueQuantity },
    ],
    [
      'a part keeps what is mandatory in it',
      OBSERVATION,
      ['component.value'],
      {
        status: 'final',
        code: OBSERVATION.code,
        component: [{ code: { text: 'x' }, valueQuantity: { value: new Decimal('2.0') } }],
      },
    ],
    ['what is not known is not there', PATIENT, ['unknown', 'nonsense', '__proto__', ''], modifiers],
  ])('%s', (_, resource, elements, expected) => {
    expect(body(resource, { elements })).toEqual(expected);
  });

  test('a resource of a type that no name is for is whole', () => {
    expect(project(PATIENT, { elements: ['Observation.code'] }, R4)).toBe(PATIENT);
    expect(project(PATIENT, { elements: ['Patient'] }, R4)).toBe(PATIENT);
  });

  test('with _summary: what both leave', () => {
    expect(body(OBSERVATION, { summary: 'data', elements: ['text', 'value'] })).toEqual({
      status: 'final',
      code: OBSERVATION.code,
      valueQuantity: OBSERVATION.valueQuantity,
    });
  });
});

test('a resource without meta is tagged, one with the tag keeps it', () => {
  const plain = { resourceType: 'Basic', code: { text: 'x' } };
  const once = project(plain, { summary: 'data' }, R4);
  expect(once).toEqual({ resourceType: 'Basic', meta: { tag: [SUBSETTED] }, code: { text: 'x' } });
  expect(project(once, { summary: 'true' }, R4)).toEqual(once);
});

test('the tag of STU3 is in its own system', () => {
  expect(project({ resourceType: 'Basic' }, { summary: 'true' }, STU3).meta).toEqual({
    tag: [{ system: 'http://hl7.org/fhir/v3/ObservationValue', code: 'SUBSETTED' }],
  });
});

test('the resource is never changed', () => {
  const before = structuredClone(without(PATIENT));
  for (const summary of ['true', 'text', 'data'] as const)
    project(PATIENT, { summary, elements: ['name.given', 'contact'] }, R4);
  expect(PATIENT).toEqual(before);
});
