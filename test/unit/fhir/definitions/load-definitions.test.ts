import { describe, expect, test } from 'vitest';
import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../../../../src/fhir/fhir-version.ts';

const R4 = loadDefinitions('4.0.1');
const STU3 = loadDefinitions('3.0.1');

describe('resource types', () => {
  test.each([
    [R4, 146, 'ServiceRequest', 'ProcedureRequest'],
    [STU3, 117, 'ProcedureRequest', 'ServiceRequest'],
  ])('$version', (definitions, count, own, others) => {
    expect(definitions.resourceTypes).toHaveLength(count);
    expect(definitions.resourceTypes).toEqual(definitions.resourceTypes.toSorted());
    expect(definitions.isResourceType(own)).toBe(true);
    for (const name of [others, 'Resource', 'DomainResource', 'HumanName', 'patient', 'constructor', ''])
      expect(definitions.isResourceType(name)).toBe(false);
  });
});

describe('types', () => {
  test('inherited elements come first, in the order of the specification', () => {
    expect([...(R4.type('Patient')?.elements.keys() ?? [])].slice(0, 10)).toEqual([
      'id',
      'meta',
      'implicitRules',
      'language',
      'text',
      'contained',
      'extension',
      'modifierExtension',
      'identifier',
      'active',
    ]);
    expect([...(R4.type('Patient.contact')?.elements.keys() ?? [])].slice(0, 4)).toEqual([
      'id',
      'extension',
      'modifierExtension',
      'relationship',
    ]);
  });

  test.each([
    ['Patient', 'resource'],
    ['HumanName', 'complex'],
    ['Patient.contact', 'backbone'],
    ['DomainResource', 'abstract'],
    ['string', undefined],
    ['Nothing', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('%s: %s', (name, kind) => {
    expect(R4.type(name)?.kind).toBe(kind);
  });

  test.each<[FhirVersion, string, string, string, object]>([
    ['4.0.1', 'Observation', 'valueQuantity', 'Quantity', { name: 'value', choice: true, array: false, summary: true }],
    [
      '4.0.1',
      'Observation',
      'status',
      'code',
      { required: true, modifier: true, binding: ['required', 'http://hl7.org/fhir/ValueSet/observation-status'] },
    ],
    ['4.0.1', 'Patient', 'name', 'HumanName', { array: true, required: false, choice: false }],
    [
      '4.0.1',
      'Patient',
      'generalPractitioner',
      'Reference',
      { targets: ['Organization', 'Practitioner', 'PractitionerRole'] },
    ],
    ['4.0.1', 'Questionnaire.item', 'item', 'Questionnaire.item', { array: true }],
    ['4.0.1', 'Patient', 'id', 'id', { array: false }],
    ['3.0.1', 'Patient', 'animal', 'Patient.animal', { modifier: true }],
    ['3.0.1', 'Observation', 'context', 'Reference', { targets: ['Encounter', 'EpisodeOfCare'] }],
  ])('%s %s.%s is a %s', (version, type, property, of, element) => {
    expect((version === '4.0.1' ? R4 : STU3).property(type, property)).toMatchObject({ type: of, element });
  });

  test.each([
    ['Observation', 'value'],
    ['Observation', 'valueAddress'],
    ['Patient', '_birthDate'],
    ['Patient', 'resourceType'],
    ['Patient', 'constructor'],
    ['Patient', '__proto__'],
    ['Nothing', 'id'],
  ])('%s has no property %s', (type, property) => {
    expect(R4.property(type, property)).toBeUndefined();
  });

  test('every element is of types that there are, for both versions', () => {
    for (const definitions of [R4, STU3]) {
      const open = [...definitions.resourceTypes];
      const seen = new Set(open);
      for (const name of open) {
        for (const { types } of definitions.type(name)?.elements.values() ?? []) {
          for (const type of types) {
            if (/^[a-z]/.test(type) || seen.has(type)) continue;
            expect([name, type, definitions.type(type) !== undefined]).toEqual([name, type, true]);
            seen.add(type);
            open.push(type);
          }
        }
      }
      expect(seen.size).toBeGreaterThan(450);
    }
  });
});

describe('search parameters', () => {
  test.each([R4, STU3])('$version: those of all types come with each, sorted', (definitions) => {
    for (const type of ['Patient', 'Bundle', 'Basic']) {
      const codes = definitions.searchParameters(type).map(({ code }) => code);
      expect(codes).toEqual(expect.arrayContaining(definitions.commonSearchParameters.map(({ code }) => code)));
      expect(codes).toEqual(codes.toSorted());
      expect(codes).toEqual(expect.arrayContaining(['_id', '_lastUpdated', '_tag', '_profile', '_security']));
    }
  });

  test('one is found by its code', () => {
    expect(R4.searchParameter('Patient', 'birthdate')).toMatchObject({
      code: 'birthdate',
      type: 'date',
      expression: 'Patient.birthDate',
    });
    expect(R4.searchParameter('Observation', 'code-value-quantity')?.components).toHaveLength(2);
    expect(R4.searchParameter('Patient', 'general-practitioner')?.target).toEqual([
      'Organization',
      'Practitioner',
      'PractitionerRole',
    ]);
    expect(STU3.searchParameter('Patient', 'animal-breed')?.type).toBe('token');
  });

  test.each([
    ['Patient', 'nonsense'],
    ['Nothing', '_id'],
    ['Patient', 'constructor'],
    ['constructor', 'name'],
  ])('%s has no %s', (type, code) => {
    expect(R4.searchParameter(type, code)).toBeUndefined();
  });
});

describe('compartments', () => {
  test.each([R4, STU3])('$version', (definitions) => {
    expect([...definitions.compartmentTypes].sort()).toEqual([
      'Device',
      'Encounter',
      'Patient',
      'Practitioner',
      'RelatedPerson',
    ]);
    expect(definitions.compartmentParameters('Patient', 'Observation')).toEqual(['subject', 'performer']);
    for (const [compartment, type] of [
      ['Patient', 'Location'],
      ['Patient', 'Nothing'],
      ['Nothing', 'Patient'],
      ['constructor', 'name'],
      ['__proto__', 'constructor'],
    ] as const) {
      expect(definitions.compartmentParameters(compartment, type)).toBeUndefined();
    }
  });
});
