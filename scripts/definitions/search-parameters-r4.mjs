// R4's SearchParameter resources, as published in 4.0.1.
import { capabilityParameters } from './capability-parameters.mjs';
import { ofType } from './sources.mjs';

/** @typedef {import('./formats.d.ts').PublishedParameter} PublishedParameter */

/**
 * A composite names the parameters it is made of by url; what counts of them is code and type.
 * @param {import('./formats.d.ts').SourceSearchParameter} parameter
 * @param {Map<string, import('./formats.d.ts').SourceSearchParameter>} byUrl
 */
function componentsOf(parameter, byUrl) {
  return parameter.component?.map(({ definition, expression }) => {
    const part = byUrl.get(definition);
    if (!part) throw new Error(`${parameter.url}: no search parameter ${definition}`);
    return { code: part.code, type: part.type, expression };
  });
}

/**
 * The package has added a few of R5's: only what R4's own base CapabilityStatement lists is R4. The parameters of
 * Resource and DomainResource are not listed there type by type.
 * @param {import('./formats.d.ts').SourceResource[]} resources
 * @returns {PublishedParameter[]}
 */
export function r4SearchParameters(resources) {
  const parameters = ofType(resources, 'SearchParameter');
  const byUrl = new Map(parameters.map((parameter) => [parameter.url, parameter]));
  const official = new Set(capabilityParameters(resources).map(({ type, name }) => `${type}.${name}`));
  /** @param {string} base */
  const isAbstract = (base) => base === 'Resource' || base === 'DomainResource';
  return parameters.map((parameter) => ({
    code: parameter.code,
    bases: parameter.base.filter((base) => isAbstract(base) || official.has(`${base}.${parameter.code}`)),
    type: parameter.type,
    expression: parameter.expression,
    target: parameter.target,
    components: componentsOf(parameter, byUrl),
    url: parameter.url,
  }));
}
