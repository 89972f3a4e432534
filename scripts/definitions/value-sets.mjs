// What value sets are composed of; expanding them is the server's work.
import { withoutVersion } from './elements.mjs';

/** @typedef {import('./formats.d.ts').RawInclude} RawInclude */
/** @typedef {import('./formats.d.ts').RawValueSet} RawValueSet */

/**
 * @param {import('./formats.d.ts').SourceInclude} include
 * @returns {RawInclude}
 */
function toInclude({ system, concept, valueSet, filter }) {
  return {
    ...(system !== undefined && { system }),
    ...(concept && { codes: concept.map(({ code }) => code) }),
    ...(valueSet && { valueSets: valueSet.map(withoutVersion) }),
    ...(filter && { filters: filter.map(({ property, op, value }) => [property, op, value]) }),
  };
}

/**
 * @param {import('./formats.d.ts').SourceValueSet[]} valueSets
 * @returns {Record<string, RawValueSet>}
 */
export function buildValueSets(valueSets) {
  return Object.fromEntries(
    valueSets.map(({ url, compose: { include, exclude } }) => [
      url,
      { include: include.map(toInclude), ...(exclude && { exclude: exclude.map(toInclude) }) },
    ]),
  );
}
