// Follows a search expression through the element table: the types its results may have. Knows the constructs that the
// published expressions use, and throws at anything else, so that a new one is seen.
import { allElements } from './elements.mjs';
import { unionBranches } from './union-branches.mjs';

/** @typedef {import('./formats.d.ts').RawType} RawType */
/** @typedef {{ elements: Record<string, RawType>, resourceType: string }} Context */

/** Functions that choose among their input: the types stay. */
const filters = ['where'];
/** Functions that answer yes or no. */
const tests = ['exists', 'is'];

/**
 * The text up to the bracket that closes the one at its start, and what comes after.
 * @param {string} text starts with "("
 */
function bracketed(text) {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return { inner: text.slice(1, at), rest: text.slice(at + 1) };
  }
  throw new Error(`Unbalanced brackets in ${text}`);
}

/**
 * @param {string[]} types
 * @param {string} name
 * @param {Context} context
 */
function child(types, name, { elements }) {
  const found = types.flatMap((type) => allElements(elements, type)[name]?.t ?? []);
  if (found.length === 0) throw new Error(`no element ${name} in ${types.join(' or ')}`);
  return [...new Set(found)];
}

/**
 * @param {string[]} types
 * @param {string} type
 */
function only(types, type) {
  if (!types.includes(type)) throw new Error(`${type} is not among ${types.join(', ')}`);
  return [type];
}

/**
 * @param {string[]} types
 * @param {string} text the rest of a path
 * @param {Context} context
 * @returns {string[]}
 */
function follow(types, text, context) {
  if (text === '') return types;
  const index = /^\[\d+\]/.exec(text);
  if (index) return follow(types, text.slice(index[0].length), context);
  const step = /^\.?([A-Za-z]\w*)/.exec(text);
  if (!step?.[1]) throw new Error(`cannot read ${text}`);
  const after = text.slice(step[0].length);
  if (!after.startsWith('(')) return follow(child(types, step[1], context), after, context);
  const { inner, rest } = bracketed(after);
  if (step[1] === 'as' || step[1] === 'ofType') return follow(only(types, inner), rest, context);
  if (filters.includes(step[1])) return follow(types, rest, context);
  if (tests.includes(step[1])) return follow(['boolean'], rest, context);
  throw new Error(`unknown function ${step[1]}`);
}

/**
 * @param {string} branch
 * @param {string[]} focus
 * @param {Context} context
 * @returns {string[]}
 */
function branchTypes(branch, focus, context) {
  if (branch.startsWith('(')) {
    const { inner, rest } = bracketed(branch);
    const cast = /^(.*) as (\w+)$/.exec(inner);
    const types = cast?.[1] && cast[2] ? only(branchTypes(cast[1], focus, context), cast[2]) : [];
    if (types.length === 0) throw new Error(`cannot read ${branch}`);
    return follow(types, rest, context);
  }
  const conjunction = branch.split(' and ');
  if (conjunction.length > 1) {
    for (const part of conjunction) branchTypes(part.replace(/ != \w+$/, ''), focus, context);
    return ['boolean'];
  }
  if (branch.startsWith('%resource.')) return follow([context.resourceType], branch.slice('%resource'.length), context);
  const start = /^[A-Z]\w*/.exec(branch)?.[0];
  return start === undefined
    ? follow(focus, branch, context)
    : follow(only([context.resourceType], start), branch.slice(start.length), context);
}

/**
 * @param {string} expression
 * @param {string[]} focus the types a relative expression starts from
 * @param {Context} context
 * @returns {string[]}
 */
export function expressionTypes(expression, focus, context) {
  return [...new Set(unionBranches(expression).flatMap((branch) => branchTypes(branch, focus, context)))];
}
