// The search parameters of each base type, with the part of their expressions that is about it.
import { sortKeys } from './json-lines.mjs';
import { componentCorrections, expressionCorrections, withFhirTypeNames } from './known-errors.mjs';
import { branchesFor, leadingType, unionBranches } from './union-branches.mjs';

/** @typedef {import('./formats.d.ts').FhirVersion} FhirVersion */
/** @typedef {import('./formats.d.ts').PublishedParameter} PublishedParameter */
/** @typedef {import('./formats.d.ts').RawSearchParameter} RawSearchParameter */

/**
 * A list of all types there are says the same as no list: "any". The published ones leave out Parameters.
 * @param {string[] | undefined} target
 * @param {string[]} resourceTypes
 */
function limitedTargets(target, resourceTypes) {
  if (!target || target.length === 0) return undefined;
  const any = resourceTypes.every((type) => type === 'Parameters' || target.includes(type));
  return any ? undefined : [...new Set(target)].sort();
}

/**
 * @param {PublishedParameter} parameter
 * @param {string} base
 * @param {FhirVersion} version
 */
function expressionFor(parameter, base, version) {
  const corrected = expressionCorrections[version][`${base}.${parameter.code}`];
  if (corrected !== undefined) return corrected;
  if (parameter.expression === undefined) return undefined;
  const branches = branchesFor(withFhirTypeNames(parameter.expression), base);
  if (branches === undefined) throw new Error(`${parameter.code} has no expression for its base ${base}`);
  return branches;
}

/**
 * @param {PublishedParameter} parameter
 * @param {string} base
 * @param {FhirVersion} version
 * @param {string[]} resourceTypes
 * @returns {RawSearchParameter}
 */
function forBase(parameter, base, version, resourceTypes) {
  const expression = expressionFor(parameter, base, version);
  const target = limitedTargets(parameter.target, resourceTypes);
  const components = parameter.components?.map((component) => ({
    ...component,
    expression:
      componentCorrections[version][`${base}.${parameter.code}.${component.code}`] ??
      withFhirTypeNames(component.expression),
  }));
  return {
    type: parameter.type,
    ...(expression !== undefined && { expression }),
    ...(target && { target }),
    ...(components && { components }),
    ...(parameter.url !== undefined && { url: parameter.url }),
  };
}

/**
 * Branches that no base would get: none, unless a correction takes their place.
 * @param {PublishedParameter} parameter
 * @param {FhirVersion} version
 */
function assertNoBranchLost({ code, bases, expression }, version) {
  if (expression === undefined || bases.some((base) => expressionCorrections[version][`${base}.${code}`])) return;
  const lost = unionBranches(expression).filter((branch) => !bases.includes(leadingType(branch) ?? ''));
  if (lost.length > 0) throw new Error(`${code} of ${bases.join(', ')}: no base for ${lost.join(' | ')}`);
}

/**
 * @param {PublishedParameter[]} published
 * @param {FhirVersion} version
 * @param {string[]} resourceTypes
 * @returns {Record<string, Record<string, RawSearchParameter>>}
 */
export function buildSearchParameters(published, version, resourceTypes) {
  /** @type {Record<string, Record<string, RawSearchParameter>>} */
  const result = {};
  for (const parameter of published) {
    if (parameter.bases.length > 0) assertNoBranchLost(parameter, version);
    for (const base of parameter.bases) {
      const ofBase = result[base] ?? {};
      result[base] = ofBase;
      if (ofBase[parameter.code]) throw new Error(`${base}.${parameter.code} is defined twice`);
      ofBase[parameter.code] = forBase(parameter, base, version, resourceTypes);
    }
  }
  return Object.fromEntries(Object.entries(result).map(([base, parameters]) => [base, sortKeys(parameters)]));
}
