// All tables of a FHIR version, by file name.
import { buildCodeSystems } from './code-systems.mjs';
import { commonSearchParameters } from './common-search-parameters.mjs';
import { buildCompartments } from './compartments.mjs';
import { buildElements, resourceTypes } from './elements.mjs';
import { splitByFamily } from './families.mjs';
import { buildPrimitives } from './primitives.mjs';
import { buildSearchParameters } from './search-parameters.mjs';
import { r4SearchParameters } from './search-parameters-r4.mjs';
import { stu3SearchParameters } from './search-parameters-stu3.mjs';
import { ofType } from './sources.mjs';
import { stu3CodeSystems, stu3ValueSets } from './stu3-hl7-terminology.mjs';
import { buildValueSets } from './value-sets.mjs';

/** @typedef {import('./formats.d.ts').SourceResource} SourceResource */

/**
 * @typedef {object} Tables
 * @property {Record<string, import('./formats.d.ts').RawType>} elements
 * @property {Record<string, import('./formats.d.ts').RawPrimitive>} primitives
 * @property {string[]} resourceTypes
 * @property {Record<string, Record<string, import('./formats.d.ts').RawSearchParameter>>} searchParameters
 * @property {Record<string, Record<string, string[]>>} compartments
 * @property {Record<string, import('./formats.d.ts').RawCodeSystem>} codeSystems
 * @property {Record<string, import('./formats.d.ts').RawValueSet>} valueSets
 */

/**
 * @param {import('./formats.d.ts').FhirVersion} version
 * @param {Record<import('./formats.d.ts').FhirVersion, SourceResource[]>} sources
 * @returns {Tables}
 */
export function buildTables(version, sources) {
  const resources = sources[version];
  const structures = ofType(resources, 'StructureDefinition');
  const elements = buildElements(structures);
  const concrete = resourceTypes(elements);
  const published = version === 'r4' ? r4SearchParameters(resources) : stu3SearchParameters(resources);
  const codeSystems = ofType(resources, 'CodeSystem');
  const valueSets = ofType(resources, 'ValueSet');
  const isStu3 = version === 'stu3';
  return {
    elements,
    primitives: buildPrimitives(structures),
    resourceTypes: concrete,
    searchParameters: buildSearchParameters([...published, ...commonSearchParameters[version]], version, concrete),
    compartments: buildCompartments(ofType(resources, 'CompartmentDefinition')),
    // STU3's own come last, so that none of R4's takes their place.
    codeSystems: buildCodeSystems([
      ...(isStu3 ? stu3CodeSystems(ofType(sources.r4, 'CodeSystem')) : []),
      ...codeSystems,
    ]),
    valueSets: buildValueSets([...(isStu3 ? stu3ValueSets(ofType(sources.r4, 'ValueSet')) : []), ...valueSets]),
  };
}

/**
 * The tables as they are written, by file name.
 * @param {Tables} tables
 * @returns {Record<string, Record<string, unknown> | unknown[]>}
 */
export function tableFiles(tables) {
  const codeSystems = splitByFamily(tables.codeSystems);
  const valueSets = splitByFamily(tables.valueSets);
  return {
    'elements.json': tables.elements,
    'primitives.json': tables.primitives,
    'resource-types.json': tables.resourceTypes,
    'search-parameters.json': tables.searchParameters,
    'compartments.json': tables.compartments,
    'code-systems.json': codeSystems[''],
    'code-systems-v2.json': codeSystems['-v2'],
    'code-systems-v3.json': codeSystems['-v3'],
    'value-sets.json': valueSets[''],
    'value-sets-v2.json': valueSets['-v2'],
    'value-sets-v3.json': valueSets['-v3'],
  };
}
