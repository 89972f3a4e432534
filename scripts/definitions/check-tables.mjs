// What must be true of the tables; each function lists what is not.
import { capabilityParameters } from './capability-parameters.mjs';
import { expressionTypes } from './expression-types.mjs';
import { externalValueSets, unsearchableCompartmentEntries } from './known-errors.mjs';

/** @typedef {import('./formats.d.ts').FhirVersion} FhirVersion */
/** @typedef {import('./formats.d.ts').RawSearchParameter} RawSearchParameter */
/** @typedef {import('./tables.mjs').Tables} Tables */

/** Concrete resource types and search parameters of the base CapabilityStatement: numbers of the specification. */
const counts = { r4: { resources: 146, parameters: 1697 }, stu3: { resources: 117, parameters: 1360 } };

/**
 * Every type an element names is a type, every target a resource, every bound value set known.
 * @param {Tables} tables
 * @param {FhirVersion} version
 */
function elementProblems({ elements, primitives, resourceTypes, valueSets }, version) {
  const problems = resourceTypes.length === counts[version].resources ? [] : [`${resourceTypes.length} resource types`];
  for (const [name, type] of Object.entries(elements)) {
    if (type.base !== undefined && !elements[type.base]) problems.push(`${name}: no base ${type.base}`);
    for (const [key, { t, r = [], b }] of Object.entries(type.elements)) {
      const path = `${name}.${key}`;
      if (t.length === 0) problems.push(`${path}: no type`);
      problems.push(...t.filter((each) => !elements[each] && !primitives[each]).map((each) => `${path}: type ${each}`));
      problems.push(...r.filter((each) => !resourceTypes.includes(each)).map((each) => `${path}: target ${each}`));
      if (b && !valueSets[b[1]] && !externalValueSets[version].includes(b[1]))
        problems.push(`${path}: bound to ${b[1]}`);
    }
  }
  return problems;
}

/**
 * Every parameter of the specification is there, with its type, and none besides.
 * @param {Tables} tables
 * @param {FhirVersion} version
 * @param {import('./formats.d.ts').SourceResource[]} resources
 */
function capabilityProblems({ searchParameters, resourceTypes }, version, resources) {
  const official = capabilityParameters(resources);
  const problems = official
    .filter(({ type, name, searchType }) => searchParameters[type]?.[name]?.type !== searchType)
    .map(({ type, name, searchType }) => `${type}.${name}: no ${searchType} parameter`);
  const made = resourceTypes.reduce((sum, type) => sum + Object.keys(searchParameters[type] ?? {}).length, 0);
  for (const [of, count] of Object.entries({ official: official.length, made })) {
    if (count !== counts[version].parameters) problems.push(`${count} search parameters ${of}`);
  }
  return problems;
}

/**
 * @param {RawSearchParameter} parameter
 * @param {string} base
 * @param {Tables} tables
 */
function expressionProblems({ type, expression, target = [], components }, base, { elements, resourceTypes }) {
  const context = { elements, resourceType: base };
  const problems = target.filter((each) => !resourceTypes.includes(each)).map((each) => `target ${each}`);
  if ((type === 'composite') !== (components !== undefined)) problems.push('components do not fit the type');
  if (expression === undefined) return problems;
  try {
    const focus = expressionTypes(expression, [base], context);
    for (const component of components ?? []) expressionTypes(component.expression, focus, context);
  } catch (error) {
    problems.push(`${expression}: ${error instanceof Error ? error.message : error}`);
  }
  return problems;
}

/**
 * Every expression leads to elements there are.
 * @param {Tables} tables
 */
function searchProblems(tables) {
  return Object.entries(tables.searchParameters).flatMap(([base, parameters]) =>
    Object.entries(parameters).flatMap(([code, parameter]) => [
      ...(tables.elements[base] ? [] : [`${base}: not a type`]),
      ...(parameter.expression !== undefined || code.startsWith('_') ? [] : [`${base}.${code}: no expression`]),
      ...expressionProblems(parameter, base, tables).map((problem) => `${base}.${code}: ${problem}`),
    ]),
  );
}

/**
 * Compartments go by reference parameters there are.
 * @param {Tables} tables
 * @param {FhirVersion} version
 */
function compartmentProblems({ compartments, searchParameters }, version) {
  return Object.entries(compartments).flatMap(([compartment, types]) =>
    Object.entries(types).flatMap(([type, codes]) =>
      codes
        .filter((code) => code !== '{def}' && searchParameters[type]?.[code]?.type !== 'reference')
        .map((code) => `${type}.${code}`)
        .filter((name) => !unsearchableCompartmentEntries[version].includes(name))
        .map((name) => `compartment ${compartment}: ${name} is no reference parameter`),
    ),
  );
}

/**
 * @param {Tables} tables
 * @param {FhirVersion} version
 * @param {import('./formats.d.ts').SourceResource[]} resources
 * @returns {string[]} what is wrong; empty if nothing is
 */
export function tableProblems(tables, version, resources) {
  return [
    ...elementProblems(tables, version),
    ...capabilityProblems(tables, version, resources),
    ...searchProblems(tables),
    ...compartmentProblems(tables, version),
  ].map((problem) => `${version}: ${problem}`);
}
