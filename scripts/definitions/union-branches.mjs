// Search expressions are unions: each base of a parameter keeps the branches that start with its name.

/**
 * The branches of a union; a bar inside parentheses or quotes does not part them.
 * @param {string} expression
 * @returns {string[]}
 */
export function unionBranches(expression) {
  const branches = [''];
  let depth = 0;
  let quoted = false;
  for (const char of expression) {
    if (char === "'") quoted = !quoted;
    if (!quoted && char === '(') depth++;
    if (!quoted && char === ')') depth--;
    if (char === '|' && depth === 0 && !quoted) branches.push('');
    else branches[branches.length - 1] += char;
  }
  return branches.map((branch) => branch.trim());
}

/**
 * The type a branch starts with, also within parentheses: "(Patient.deceased as dateTime)" starts with Patient.
 * @param {string} branch
 * @returns {string | undefined}
 */
export function leadingType(branch) {
  return /^\(*([A-Z][A-Za-z]*)/.exec(branch)?.[1];
}

/**
 * @param {string} expression
 * @param {string} type
 * @returns {string | undefined} the branches for this type; undefined when there are none
 */
export function branchesFor(expression, type) {
  const branches = unionBranches(expression).filter((branch) => leadingType(branch) === type);
  return branches.length === 0 ? undefined : [...new Set(branches)].join(' | ');
}
