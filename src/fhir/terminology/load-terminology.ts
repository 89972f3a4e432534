import type { FhirVersion } from '../fhir-version.ts';
import { type CodeHierarchy, codeHierarchy } from './code-hierarchy.ts';
import { readCompose, readExpansion } from './read-value-set.ts';
import { difference, filteredCodes, intersection, type SelectedCodes, toCodeSet, union } from './selected-codes.ts';
import type { CodeSet, Terminology } from './terminology.ts';
import { type RawInclude, type RawValueSet, terminologyTables } from './terminology-tables.ts';

/** Outside the tables, and known to tell upper from lower case (https://hl7.org/fhir/R4/ucum.html). */
const CASE_SENSITIVE: ReadonlySet<string> = new Set(['http://unitsofmeasure.org']);

/**
 * Value sets of all codes of a system that no one lists (https://hl7.org/fhir/R4/snomedct.html#implicit, loinc.html, ucum.html), and
 * what STU3 binds MIME types to.
 */
const IMPLICIT: ReadonlyMap<string, string> = new Map([
  ['http://snomed.info/sct?fhir_vs', 'http://snomed.info/sct'],
  ['http://loinc.org/vs', 'http://loinc.org'],
  ['http://unitsofmeasure.org/vs', 'http://unitsofmeasure.org'],
  ['http://www.rfc-editor.org/bcp/bcp13.txt', 'urn:ietf:bcp:13'],
]);

interface Expansion {
  readonly codes: SelectedCodes | undefined;
  readonly set: CodeSet | undefined;
}

/**
 * The terminology of one FHIR release. A file is read when first needed, an entry of it parsed when first asked for; what was parsed and
 * expanded is kept in the object that is returned.
 */
export function loadTerminology(version: FhirVersion): Terminology {
  const tables = terminologyTables(version);
  const hierarchies = new Map<string, CodeHierarchy | undefined>();
  const expansions = new Map<string, Expansion>();

  function hierarchyOf(system: string): CodeHierarchy | undefined {
    const found = tables.codeSystem(system);
    if (found === undefined) return undefined;
    if (!hierarchies.has(found.url)) {
      const raw = found.read();
      hierarchies.set(found.url, raw && codeHierarchy(raw));
    }
    return hierarchies.get(found.url);
  }

  /** `open`: the value sets that are being expanded. One that includes itself has no expansion. */
  function expandUrl(url: string, open: ReadonlySet<string>): Expansion | undefined {
    const found = tables.valueSet(url);
    if (found === undefined || open.has(found.url)) return undefined;
    let expansion = expansions.get(found.url);
    if (expansion === undefined) {
      const raw = found.read();
      const codes = raw && expandCompose(raw, new Set([...open, found.url]));
      expansion = { codes, set: codes && toCodeSet(codes) };
      expansions.set(found.url, expansion);
    }
    return expansion;
  }

  function expandCompose({ include, exclude = [] }: RawValueSet, open: ReadonlySet<string>): SelectedCodes | undefined {
    const included = allKnown(include.map((part) => expandInclude(part, open)));
    if (included === undefined) return undefined;
    const all = union(included);
    const relevant = exclude.filter(({ system }) => system === undefined || all.has(system));
    const excluded = allKnown(relevant.map((part) => expandInclude(part, open)));
    return excluded && difference(all, union(excluded));
  }

  /**
   * "All the conditions in an include must be true"; of several value sets R4 takes the union
   * (https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.compose.include.valueSet).
   */
  function expandInclude({ system, codes, filters, valueSets }: RawInclude, open: ReadonlySet<string>) {
    const ofValueSets = valueSets && allKnown(valueSets.map((url) => expandUrl(url, open)?.codes));
    if (system === undefined || (valueSets && ofValueSets === undefined)) return ofValueSets && union(ofValueSets);
    let selected: SelectedCodes | undefined = new Map([[system, ofSystem(system, codes)]]);
    for (const filter of filters ?? []) {
      const hierarchy = hierarchyOf(system);
      const left = hierarchy && filteredCodes(hierarchy, filter);
      selected = selected && left && intersection(selected, new Map([[system, new Set(left)]]));
    }
    return ofValueSets && selected ? intersection(selected, union(ofValueSets)) : selected;
  }

  function ofSystem(system: string, codes: readonly string[] | undefined): ReadonlySet<string> | 'all' {
    if (codes !== undefined) return new Set(codes);
    const all = hierarchyOf(system)?.codes;
    return all === undefined ? 'all' : new Set(all);
  }

  return {
    expand(url) {
      const system = IMPLICIT.get(url);
      return system === undefined ? expandUrl(url, new Set())?.set : [{ system }];
    },
    expandResource(valueSet) {
      const compose = readCompose(valueSet);
      const codes = readExpansion(valueSet) ?? (compose && expandCompose(compose, new Set()));
      return codes && toCodeSet(codes);
    },
    below: (system, code) => hierarchyOf(system)?.below(code),
    above: (system, code) => hierarchyOf(system)?.above(code),
    isCaseSensitive: (system) => CASE_SENSITIVE.has(system) || tables.isCaseSensitive(system),
  };
}

/** All or nothing. */
function allKnown<Value>(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined;
}
