// Which search parameters make a resource part of a compartment.
import { sortKeys } from './json-lines.mjs';

/**
 * @param {import('./formats.d.ts').SourceCompartment[]} definitions
 * @returns {Record<string, Record<string, string[]>>}
 */
export function buildCompartments(definitions) {
  return Object.fromEntries(
    definitions.map(({ code, resource }) => [
      code,
      sortKeys(Object.fromEntries(resource.flatMap(({ code: type, param }) => (param ? [[type, param]] : [])))),
    ]),
  );
}
