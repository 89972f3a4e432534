import { describe, expect, test } from 'vitest';
import { tableReader } from '../../../../src/fhir/definitions/definition-files.ts';
import type { FhirVersion } from '../../../../src/fhir/fhir-version.ts';
import type { JsonObject } from '../../../../src/fhir/resource.ts';
import { loadTerminology } from '../../../../src/fhir/terminology/load-terminology.ts';
import type { CodeSet } from '../../../../src/fhir/terminology/terminology.ts';

const VERSIONS: readonly FhirVersion[] = ['4.0.1', '3.0.1'];
const r4 = loadTerminology('4.0.1');
const stu3 = loadTerminology('3.0.1');

const VS = 'http://hl7.org/fhir/ValueSet/';
const SYSTEM = 'http://terminology.hl7.org/CodeSystem/';
const GENDER = 'http://hl7.org/fhir/administrative-gender';

function codesOf(set: CodeSet | undefined): readonly string[] {
  return (set ?? []).flatMap(({ codes = ['(all)'] }) => codes);
}

describe('a value set of the specification expands', () => {
  test.each([
    [
      'to all codes of a complete system',
      `${VS}administrative-gender`,
      [{ system: GENDER, codes: ['male', 'female', 'other', 'unknown'] }],
    ],
    [
      'whatever version is asked for',
      `${VS}administrative-gender|4.0.1`,
      [{ system: GENDER, codes: ['male', 'female', 'other', 'unknown'] }],
    ],
    [
      'to the codes it lists, of a system that is not at hand',
      `${VS}ucum-bodytemp`,
      [{ system: 'http://unitsofmeasure.org', codes: ['Cel', '[degF]'] }],
    ],
    ['to all of systems that are not at hand', `${VS}currencies`, [{ system: 'urn:iso:std:iso:4217' }]],
    ['to all of SNOMED CT', 'http://snomed.info/sct?fhir_vs', [{ system: 'http://snomed.info/sct' }]],
  ])('%s', (_, url, expected) => {
    expect(r4.expand(url)).toEqual(expected);
  });

  test('to what is below a code, the code itself included: is-a', () => {
    const codes = codesOf(r4.expand('http://terminology.hl7.org/ValueSet/v3-ActEncounterCode'));
    expect(codes).toEqual(expect.arrayContaining(['AMB', 'IMP', 'ACUTE', 'VR']));
    expect(codes).not.toContain('CASH');
  });

  test('without the code itself: descendent-of', () => {
    const codes = codesOf(r4.expand(`${VS}inactive`));
    expect(codes).toEqual(expect.arrayContaining(['CRT', 'GOL']));
    expect(codes).not.toContain('_ActMoodPredicate');
  });

  test('without what is below a code: is-not-a', () => {
    const codes = codesOf(r4.expand(`${VS}patient-contactrelationship`));
    expect(codes).toContain('C');
    expect(codes).not.toContain('O');
  });

  test('less what it excludes', () => {
    const set = r4.expand(`${VS}encounter-participant-type`);
    expect(set?.map(({ system }) => system)).toEqual([`${SYSTEM}v3-ParticipationType`, `${SYSTEM}participant-type`]);
    expect(codesOf(set)).toEqual(expect.arrayContaining(['ADM', 'SPRF', 'translator']));
    expect(codesOf(set)).not.toContain('_ParticipationAncillary');
  });

  test('with the value sets that it includes', () => {
    expect(r4.expand(`${VS}yesnodontknow`)).toEqual([
      { system: `${SYSTEM}v2-0136`, codes: ['N', 'Y'] },
      { system: `${SYSTEM}data-absent-reason`, codes: ['asked-unknown'] },
    ]);
  });
});

test.each([
  ['one that is not known', 'http://example.org/vs'],
  ['a part of SNOMED CT', `${VS}body-site`.replace('body-site', 'condition-severity-x')],
  ['a filter on a system that is not at hand', `${VS}all-distance-units`],
  ['a regular expression', `${VS}iso3166-1-3`],
  ['a name of Object', 'constructor'],
])('%s is not expanded', (_, url) => {
  expect(r4.expand(url)).toBeUndefined();
});

describe.each(VERSIONS)('%s', (version) => {
  const read = tableReader(version);
  const elements = read<Record<string, { elements: Record<string, { b?: [string, string] }> }>>('elements');
  const bindings = Object.values(elements).flatMap((type) =>
    Object.values(type.elements).flatMap(({ b }) => (b?.[0] === 'required' ? [b[1]] : [])),
  );

  test('every required binding can be enumerated but those to a part of SNOMED CT or LOINC', () => {
    const terminology = loadTerminology(version);
    const without = [...new Set(bindings)].filter((url) => terminology.expand(url) === undefined);
    expect(without).toEqual([version === '4.0.1' ? 'http://loinc.org/vs/LL379-9' : `${VS}designation-use`]);
  });

  test('every value set and code system is found, each in its file', () => {
    const terminology = loadTerminology(version);
    let expanded = 0;
    for (const suffix of ['', '-v2', '-v3']) {
      for (const url of Object.keys(read<object>(`value-sets${suffix}`)))
        if (terminology.expand(url) !== undefined) expanded++;
      for (const [url, { cs, n, codes = [] }] of Object.entries(
        read<Record<string, { cs?: 1; n?: 1; codes?: (string | [string])[] }>>(`code-systems${suffix}`),
      )) {
        expect([url, terminology.isCaseSensitive(url)]).toEqual([url, cs === 1]);
        const [first] = codes;
        const code = typeof first === 'string' ? first : first?.[0];
        if (n !== 1 && code !== undefined) expect([url, terminology.below(url, code)?.[0]]).toEqual([url, code]);
      }
    }
    // The rest are parts of SNOMED CT, LOINC and such.
    expect(expanded).toBeGreaterThan(1000);
  });
});

describe('the hierarchy of a code system', () => {
  test.each([
    ['below', `${SYSTEM}v3-ActCode`, 'IMP', ['IMP', 'ACUTE', 'NONAC']],
    ['above', `${SYSTEM}v3-ActCode`, 'ACUTE', ['ACUTE', 'IMP', '_ActEncounterCode', '_ActCareProvisionCode']],
    ['below', GENDER, 'male', ['male']],
    ['below', GENDER, 'x', undefined],
    ['below', 'http://snomed.info/sct', '404684003', undefined],
    ['above', 'http://example.org', 'a', undefined],
  ] as const)('%s %s|%s', (direction, system, code, expected) => {
    expect(r4[direction](system, code)).toEqual(expected);
  });

  test('a code may have several parents', () => {
    expect(r4.above(`${SYSTEM}v3-ActCode`, 'AUTOPOL')).toContain('_ActInsuranceTypeCode');
  });

  test('case is ignored where the system ignores it', () => {
    expect(r4.below(`${SYSTEM}v2-0131`, 'c')).toEqual(['C']);
    expect(r4.below(GENDER, 'MALE')).toBeUndefined();
  });
});

test.each([
  ['http://unitsofmeasure.org', true],
  [GENDER, true],
  ['http://snomed.info/sct', false],
  ['http://loinc.org', false],
  [`${SYSTEM}v2-0203`, false],
  [`${SYSTEM}v3-ActCode`, true],
  ['http://example.org/mrn', false],
  ['', false],
])('%j is case sensitive: %s', (system, expected) => {
  expect(r4.isCaseSensitive(system)).toBe(expected);
});

test('STU3 has its own URLs', () => {
  expect(stu3.expand(`${VS}administrative-gender`)).toEqual(r4.expand(`${VS}administrative-gender`));
  expect(stu3.below('http://hl7.org/fhir/v3/ActCode', 'IMP')).toContain('ACUTE');
  expect(stu3.below(`${SYSTEM}v3-ActCode`, 'IMP')).toBeUndefined();
});

describe('a ValueSet resource expands', () => {
  const A = { system: 'http://a', code: 'a' };
  const B = { system: 'http://a', code: 'b' };
  const compose: JsonObject = { include: [{ system: 'http://x', concept: [{ code: 'x' }] }] };
  const x = [{ system: 'http://x', codes: ['x'] }];
  test.each<[string, JsonObject, CodeSet | undefined]>([
    [
      'by its expansion, at every depth',
      { expansion: { contains: [{ display: 'group', contains: [A] }, B] } },
      [{ system: 'http://a', codes: ['a', 'b'] }],
    ],
    ['by its compose when its expansion is a page', { expansion: { total: 5, contains: [A] }, compose }, x],
    [
      'by its compose when its expansion was cut off',
      {
        expansion: {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/valueset-toocostly', valueBoolean: true }],
        },
        compose,
      },
      x,
    ],
    ['by its compose', { compose }, x],
    [
      'with value sets at hand',
      { compose: { include: [{ valueSet: [`${VS}ucum-bodytemp`] }] } },
      [{ system: 'http://unitsofmeasure.org', codes: ['Cel', '[degF]'] }],
    ],
    [
      'to what meets all conditions of an include',
      {
        compose: {
          include: [
            {
              system: GENDER,
              valueSet: [`${VS}administrative-gender`],
              filter: [{ property: 'code', op: 'in', value: 'male,other' }],
            },
          ],
        },
      },
      [{ system: GENDER, codes: ['male', 'other'] }],
    ],
    [
      'to a whole system that is not at hand',
      { compose: { include: [{ system: 'http://loinc.org' }] } },
      [{ system: 'http://loinc.org' }],
    ],
    [
      'less a whole system',
      {
        compose: {
          include: [{ system: 'http://loinc.org' }, { system: GENDER }],
          exclude: [{ system: 'http://loinc.org' }],
        },
      },
      [{ system: GENDER, codes: ['male', 'female', 'other', 'unknown'] }],
    ],
    [
      'less codes of a system that is not included',
      {
        compose: {
          include: [{ system: GENDER, concept: [{ code: 'male' }] }],
          exclude: [{ system: 'http://loinc.org', concept: [{ code: '1-1' }] }],
        },
      },
      [{ system: GENDER, codes: ['male'] }],
    ],
    [
      'not, when codes are taken out of a system that is not at hand',
      {
        compose: {
          include: [{ system: 'http://loinc.org' }],
          exclude: [{ system: 'http://loinc.org', concept: [{ code: '1-1' }] }],
        },
      },
      undefined,
    ],
    [
      'not, when it names a value set that is not at hand',
      { compose: { include: [{ valueSet: ['http://example.org'] }] } },
      undefined,
    ],
    [
      'not, when it filters by something that is not known',
      { compose: { include: [{ system: GENDER, filter: [{ property: 'colour', op: '=', value: 'red' }] }] } },
      undefined,
    ],
    ['not, when it is malformed', { compose: { include: 'all' }, expansion: 7 }, undefined],
    ['not, when it says nothing', {}, undefined],
  ])('%s', (_, valueSet, expected) => {
    expect(r4.expandResource({ resourceType: 'ValueSet', ...valueSet })).toEqual(expected);
  });
});
