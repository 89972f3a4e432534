import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';
import { createCompileExpression } from '../../../../src/fhir/index/compile-expression.ts';
import { compilePath } from '../../../../src/fhir/index/compile-path.ts';
import { collectAll } from '../../../../src/fhir/index/path-lane.ts';
import { UnsupportedPathError } from '../../../../src/fhir/index/path-syntax.ts';
import type { Resource } from '../../../../src/fhir/resource.ts';

const definitions = loadDefinitions('4.0.1');
const scope = { definitions, resourceType: 'Patient', focusType: 'Patient' };

const patient: Resource = {
  resourceType: 'Patient',
  active: true,
  extension: [
    { url: 'http://a', valueCode: 'x' },
    { url: 'http://b', valueQuantity: { value: 5 } },
  ],
  name: [
    { family: 'Lee', given: ['Ann', 'B'] },
    { use: 'old', family: 'May', given: ['C'] },
  ],
  deceasedDateTime: '2020',
  contained: [{ resourceType: 'Organization', id: 'o', name: 'Inc' }],
  generalPractitioner: [{ reference: 'Organization/1' }, { reference: 'https://x/Practitioner/2/_history/1' }],
};

describe('compilePath', () => {
  it.each([
    ['a path flattens arrays', 'Patient.name.given', ['Ann', 'B', 'C']],
    ['a path may leave out the type', 'name.family', ['Lee', 'May']],
    ['a path may start with a type that is above', 'Resource.extension.url', ['http://a', 'http://b']],
    ['a path of another type leads nowhere', 'Observation.code', []],
    ['an unknown element leads nowhere', 'Patient.nonsense.x', []],
    ['a union is both sides', 'Patient.active | name.family', [true, 'Lee', 'May']],
    ['a choice is whichever there is', 'Patient.deceased', ['2020']],
    ['as keeps a type', '(Patient.deceased as dateTime)', ['2020']],
    ['as drops the others', 'Patient.deceased.as(boolean)', []],
    ['ofType is as', 'extension.value.ofType(FHIR.Quantity).value', [5]],
    ['ofType takes kinds of the type too', 'extension.value.ofType(string)', ['x']],
    ['ofType picks contained resources', 'Patient.contained.ofType(Organization).name', ['Inc']],
    ['is tells the type', 'Patient.deceased is dateTime', [true]],
    ['is of nothing is nothing', 'Patient.multipleBirth is integer', []],
    ['where compares with a literal', "name.where(use = 'old').family", ['May']],
    ['where compares with !=', "name.where(use != 'old').family", []],
    ['where may ask for existence', 'name.where(use.exists().not()).family', ['Lee']],
    ['where knows $this', "name.given.where($this = 'B')", ['B']],
    ['where knows or', "name.where(use = 'old' or family = 'Lee').family", ['Lee', 'May']],
    [
      'where tells what a reference refers to',
      'generalPractitioner.where(resolve() is Practitioner).reference.exists()',
      [true],
    ],
    ['extension is by URL', "Patient.extension('http://a').value", ['x']],
    ['an index is one element', 'name[1].family', ['May']],
    ['first is the first', 'name.first().family', ['Lee']],
    ['exists may have criteria', "name.exists(use = 'old')", [true]],
    ['empty is the opposite', 'Patient.photo.empty()', [true]],
    ['and is decided by false', 'Patient.photo.exists() and Patient.link.active = true', [false]],
    ['and of true and nothing is nothing', 'Patient.active and Patient.link.active = true', []],
    ['or is decided by true', 'Patient.active or Patient.photo.exists()', [true]],
    ['%resource is the resource', '%resource.active', [true]],
  ])('%s: %s', (_, expression, values) => {
    expect(collectAll(compilePath(expression, scope), patient, patient)).toEqual(values);
  });

  it.each([
    'name.given[0]',
    'name.given.count() > 1',
    'name.select(given)',
    '@2020',
    'name.given.substring(1, 2)',
    'a +',
  ])('does not do %s', (expression) => {
    expect(() => compilePath(expression, scope)).toThrow(UnsupportedPathError);
  });

  it('knows the types of what it leads to', () => {
    const lanes = compilePath('Observation.value', { ...scope, resourceType: 'Observation', focusType: 'Observation' });
    expect(lanes.map((lane) => lane.type)).toContain('Quantity');
    expect(lanes.map((lane) => lane.type)).toContain('dateTime');
  });

  it('follows an element that is defined by another', () => {
    const questionnaire = { resourceType: 'Questionnaire', item: [{ item: [{ item: [{ code: [{ code: 'c' }] }] }] }] };
    const lanes = compilePath('item.item.item.code', { ...scope, focusType: 'Questionnaire' });
    expect(lanes.map((lane) => lane.type)).toEqual(['Coding']);
    expect(collectAll(lanes, questionnaire, questionnaire)).toEqual([{ code: 'c' }]);
  });
});

describe('createCompileExpression', () => {
  const compile = createCompileExpression('4.0.1');

  it.each([
    ['name.given[0]', 'string', ['Ann']],
    ['Patient.name.select(given.last())', 'string', ['B', 'C']],
    ["Patient.name.given.where(substring(0, 1) = 'C')", 'string', ['C']],
    ['generalPractitioner.skip(1).where(resolve() is Practitioner)', 'Reference', [patient.generalPractitioner]],
  ])('leaves %s to the FHIRPath engine', (expression, type) => {
    const lanes = compile(expression, scope).filter((lane) => lane.type === type);
    expect(collectAll(lanes, patient, patient)).not.toEqual([]);
    const others = compile(expression, scope).filter((lane) => lane.type !== type);
    expect(collectAll(others, patient, patient)).toEqual([]);
  });

  it('evaluates parts of a resource with the engine too', () => {
    const component = { valueQuantity: { value: 5 }, code: { coding: [{ code: 'a' }, { code: 'b' }] } };
    const observation = { resourceType: 'Observation', component: [component] };
    const lanes = compile('code.coding.skip(1)', { ...scope, focusType: 'Observation.component' });
    const codings = lanes.filter((lane) => lane.type === 'Coding');
    expect(collectAll(codings, component, observation)).toEqual([{ code: 'b' }]);
  });

  it('refuses what is no FHIRPath', () => {
    expect(() => compile('name.(', scope)).toThrow();
  });
});
