// Search parameters of all resources that the sources do not define as such.

/** @typedef {import('./formats.d.ts').PublishedParameter} PublishedParameter */

const canonical = 'http://hl7.org/fhir/SearchParameter/';

/**
 * In the specification's table of parameters for all resources, but never published as SearchParameter resources.
 * @type {PublishedParameter[]}
 */
const unpublished = [
  { code: '_list', bases: ['Resource'], type: 'string' },
  { code: '_type', bases: ['Resource'], type: 'token' },
];

/**
 * @param {string} code
 * @param {import('./formats.d.ts').SearchType} type
 * @param {string} [expression]
 * @returns {PublishedParameter}
 */
const ofResource = (code, type, expression) => ({
  code,
  bases: ['Resource'],
  type,
  ...(expression && { expression }),
  url: `${canonical}Resource-${code.slice(1)}`,
});

/**
 * STU3's annotations are on concrete types only. Types and urls are those of its base CapabilityStatement.
 * @type {PublishedParameter[]}
 */
const stu3 = [
  ofResource('_content', 'string'),
  ofResource('_id', 'token', 'Resource.id'),
  ofResource('_lastUpdated', 'date', 'Resource.meta.lastUpdated'),
  ofResource('_profile', 'uri', 'Resource.meta.profile'),
  ofResource('_query', 'token'),
  ofResource('_security', 'token', 'Resource.meta.security'),
  ofResource('_tag', 'token', 'Resource.meta.tag'),
  { code: '_text', bases: ['DomainResource'], type: 'string', url: `${canonical}DomainResource-text` },
];

/** @type {Record<import('./formats.d.ts').FhirVersion, PublishedParameter[]>} */
export const commonSearchParameters = { r4: unpublished, stu3: [...stu3, ...unpublished] };
