// Code systems as flat lists of codes, with displays and what is above what.

/** @typedef {import('./formats.d.ts').RawCodeSystem} RawCodeSystem */
/** @typedef {import('./formats.d.ts').RawConcept} RawConcept */
/** @typedef {import('./formats.d.ts').SourceConcept} SourceConcept */

/** The same property under the names the sources have for it: a concept to group others, no value of its own. */
const abstractProperties = ['notSelectable', 'abstract'];

/**
 * @param {SourceConcept[]} concepts
 * @param {number} depth
 * @returns {{ concept: SourceConcept, depth: number }[]}
 */
function depthFirst(concepts, depth = 0) {
  return concepts.flatMap((concept) => [{ concept, depth }, ...depthFirst(concept.concept ?? [], depth + 1)]);
}

/**
 * @param {SourceConcept} concept
 * @param {number} depth
 * @returns {RawConcept}
 */
function toConcept({ code, display = '', property = [] }, depth) {
  if (property.some(({ code: name, valueBoolean }) => valueBoolean && abstractProperties.includes(name))) {
    return [code, display, depth, 1];
  }
  if (depth > 0) return [code, display, depth];
  return display === '' ? code : [code, display];
}

/**
 * Where a concept has several parents it is nested below one, and the others name it in a property.
 * @param {{ concept: SourceConcept }[]} flat
 */
function furtherParents(flat) {
  const codes = new Set(flat.map(({ concept }) => concept.code));
  /** @type {Record<string, string[]>} */
  const parents = {};
  /**
   * @param {string} child
   * @param {string} parent
   */
  const add = (child, parent) => {
    if (codes.has(child) && codes.has(parent)) parents[child] = [...(parents[child] ?? []), parent];
  };
  for (const { concept } of flat) {
    const nested = new Set(concept.concept?.map(({ code }) => code));
    for (const { code: name, valueCode } of concept.property ?? []) {
      if (valueCode === undefined) continue;
      if (name === 'child' && !nested.has(valueCode)) add(valueCode, concept.code);
      if (name === 'parent' || name === 'subsumedBy') add(concept.code, valueCode);
    }
  }
  return parents;
}

/**
 * @param {import('./formats.d.ts').SourceCodeSystem} system
 * @returns {RawCodeSystem}
 */
function toCodeSystem({ caseSensitive, content, concept = [] }) {
  const head = caseSensitive === true ? { cs: /** @type {const} */ (1) } : {};
  if (content !== 'complete') return { ...head, n: 1 };
  const flat = depthFirst(concept);
  const parents = furtherParents(flat);
  return {
    ...head,
    codes: flat.map(({ concept: each, depth }) => toConcept(each, depth)),
    ...(Object.keys(parents).length > 0 && { parents }),
  };
}

/**
 * @param {import('./formats.d.ts').SourceCodeSystem[]} systems
 * @returns {Record<string, RawCodeSystem>}
 */
export function buildCodeSystems(systems) {
  return Object.fromEntries(systems.map((system) => [system.url, toCodeSystem(system)]));
}
