// STU3's v2 and v3 terminology: no package on npm has it, so R4's is taken under the urls STU3 has for it.
//
// Without them the required bindings of STU3 to v3 value sets could not be checked. Measured against the 127 v3 code
// systems that HAPI's STU3 classes hold as enumerations: of their 6,525 codes one is not in R4 (ActCode SOC).

/** @typedef {import('./formats.d.ts').SourceCodeSystem} SourceCodeSystem */
/** @typedef {import('./formats.d.ts').SourceValueSet} SourceValueSet */
/** @typedef {import('./formats.d.ts').SourceInclude} SourceInclude */

/**
 * "http://terminology.hl7.org/CodeSystem/v3-ActCode" was "http://hl7.org/fhir/v3/ActCode", a v2 table of one version
 * ("v2-2.1-0006") was "http://hl7.org/fhir/v2/0006/2.1", and value sets kept their names below hl7.org/fhir.
 * @param {string} url
 */
export function toStu3Url(url) {
  return url
    .replace('http://terminology.hl7.org/ValueSet/', 'http://hl7.org/fhir/ValueSet/')
    .replace('http://terminology.hl7.org/CodeSystem/v3-', 'http://hl7.org/fhir/v3/')
    .replace(/^http:\/\/terminology\.hl7\.org\/CodeSystem\/v2-(\d+\.[\d.]+)-(\d+)$/, 'http://hl7.org/fhir/v2/$2/$1')
    .replace('http://terminology.hl7.org/CodeSystem/v2-', 'http://hl7.org/fhir/v2/');
}

/** @param {string} url */
const isHl7 = (url) => /^http:\/\/terminology\.hl7\.org\/(CodeSystem|ValueSet)\/v[23]-/.test(url);

/**
 * @param {SourceInclude} include
 * @returns {SourceInclude}
 */
function includeToStu3(include) {
  return {
    ...include,
    ...(include.system && { system: toStu3Url(include.system) }),
    ...(include.valueSet && { valueSet: include.valueSet.map(toStu3Url) }),
  };
}

/**
 * @param {SourceCodeSystem[]} r4
 * @returns {SourceCodeSystem[]}
 */
export function stu3CodeSystems(r4) {
  return r4.filter(({ url }) => isHl7(url)).map((system) => ({ ...system, url: toStu3Url(system.url) }));
}

/**
 * @param {SourceValueSet[]} r4
 * @returns {SourceValueSet[]}
 */
export function stu3ValueSets(r4) {
  return r4
    .filter(({ url }) => isHl7(url))
    .map(({ compose: { include, exclude }, ...valueSet }) => ({
      ...valueSet,
      url: toStu3Url(valueSet.url),
      compose: { include: include.map(includeToStu3), ...(exclude && { exclude: exclude.map(includeToStu3) }) },
    }));
}
