// The primitive types and the regular expressions of their values.
import { sortKeys } from './json-lines.mjs';

// STU3 and R4 name the same extension differently.
const regexExtensions = [
  'http://hl7.org/fhir/StructureDefinition/regex',
  'http://hl7.org/fhir/StructureDefinition/structuredefinition-regex',
];

/**
 * @param {import('./formats.d.ts').SourceStructure[]} structures
 * @returns {Record<string, import('./formats.d.ts').RawPrimitive>}
 */
export function buildPrimitives(structures) {
  const entries = structures
    .filter(({ kind }) => kind === 'primitive-type')
    .map((structure) => {
      const value = structure.snapshot.element.find(({ path }) => path === `${structure.id}.value`);
      const extensions = (value?.type ?? []).flatMap(({ extension }) => extension ?? []);
      const regex = extensions.find(({ url }) => regexExtensions.includes(url))?.valueString;
      return [structure.id, regex === undefined ? {} : { regex }];
    });
  return sortKeys(Object.fromEntries(entries));
}
