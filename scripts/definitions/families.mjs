// Terminology is split by who defines it, since most requests need only FHIR's own.

/** @typedef {'' | '-v2' | '-v3'} FamilySuffix */

/**
 * "http://terminology.hl7.org/CodeSystem/v2-0131" is of the v2 family, "http://hl7.org/fhir/v3/ActCode" of v3's.
 * @param {string} url
 * @returns {FamilySuffix}
 */
function familyOf(url) {
  if (/\/v2[-/]/.test(url)) return '-v2';
  if (/\/v3[-/]/.test(url)) return '-v3';
  return '';
}

/**
 * One table for each family.
 * @template V
 * @param {Record<string, V>} byUrl
 * @returns {Record<FamilySuffix, Record<string, V>>}
 */
export function splitByFamily(byUrl) {
  /** @type {Record<FamilySuffix, Record<string, V>>} */
  const families = { '': {}, '-v2': {}, '-v3': {} };
  for (const [url, value] of Object.entries(byUrl)) families[familyOf(url)][url] = value;
  return families;
}
