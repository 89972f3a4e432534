import type { SearchParameter, SearchParameterComponent, SearchParameterType } from './definitions.ts';

/** Values that are indexed together, under a code of their own, for all parameters that they belong to. */
export interface IndexedPath {
  readonly code: string;
  readonly type: SearchParameterType;
  /** FHIRPath, from the resource. */
  readonly expression: string;
  /** The types a reference may lead to; absent when any. */
  readonly target?: readonly string[] | undefined;
  /** Only composites ask for it: whether the element is there without a value to search by is of no interest. */
  readonly partOnly: boolean;
}

/** A composite over elements of which a resource may have several: its parts' values are indexed by the element. */
export interface IndexedGroup {
  readonly code: string;
  /** FHIRPath of the elements. */
  readonly expression: string;
  readonly components: readonly SearchParameterComponent[];
}

/** What a composite asks for: either of one element among several, or of the resource as a whole, whose parts are indexed by themselves. */
export type CompositeForm =
  | { readonly kind: 'grouped'; readonly code: string }
  /** For each part, the codes that its values stand under. */
  | { readonly kind: 'whole'; readonly parts: readonly (readonly string[])[] };

/**
 * How the search parameters of a resource type share what is indexed. Many lead to the same elements: Observation's `combo-code` is its `code`
 * and its `component-code`, `phonetic` is `name`, the parts of `code-value-quantity` are `code` and `value-quantity`. Each value is indexed
 * once; a search looks under all codes of its parameter.
 */
export interface SharedIndex {
  readonly paths: readonly IndexedPath[];
  readonly groups: readonly IndexedGroup[];
  /** The codes that a parameter's values stand under; its own when it shares nothing. */
  codesOf(code: string): readonly string[];
  /** The ways in which a composite can be fulfilled; none for one that is not indexed. */
  composite(code: string): readonly CompositeForm[];
}

/** One branch of an expression, and who asks for it. */
interface Claim {
  readonly type: SearchParameterType;
  readonly target: readonly string[] | undefined;
  readonly expression: string;
  /** Codes of parameters; `code$n` for a composite's part. */
  readonly owners: string[];
}

/** Finds out what the parameters of a type share: branches of expressions that are the same text. */
export function shareIndex(resourceType: string, parameters: readonly SearchParameter[]): SharedIndex {
  const claims = new Map<string, Claim>();
  const groups = new Map<string, IndexedGroup>();
  const composites = new Map<string, CompositeForm[]>();
  const wholes: string[] = [];
  const claim = (owner: string, { type, target, expression }: Omit<Claim, 'owners'>) => {
    const key = JSON.stringify([type, target, expression]);
    const known = claims.get(key);
    if (known === undefined) claims.set(key, { type, target, expression, owners: [owner] });
    else if (!known.owners.includes(owner)) known.owners.push(owner);
  };

  // Those with the fewest branches come first: a composite that is a part of another one is called by its own name.
  const indexed = parameters
    .flatMap(({ expression, ...rest }) =>
      expression === undefined ? [] : [{ ...rest, branches: branchesOf(expression) }],
    )
    .filter(({ type }) => type !== 'special')
    .sort((a, b) => a.branches.length - b.branches.length);
  for (const { code, type, target, branches, components = [] } of indexed) {
    if (type !== 'composite') {
      for (const expression of branches) claim(code, { type, target, expression });
      continue;
    }
    const forms: CompositeForm[] = [];
    composites.set(code, forms);
    for (const branch of branches) {
      if (branch === resourceType) {
        wholes.push(code);
        for (const [n, part] of components.entries())
          for (const expression of branchesOf(part.expression))
            claim(`${code}$${n}`, {
              type: part.type,
              target: undefined,
              expression: fromResource(resourceType, expression),
            });
        continue;
      }
      const key = JSON.stringify([branch, components.map((part) => [part.type, part.expression])]);
      const group = groups.get(key) ?? { code, expression: branch, components };
      groups.set(key, group);
      forms.push({ kind: 'grouped', code: group.code });
    }
  }

  const { paths, codes } = name([...claims.values()]);
  for (const code of wholes) {
    const count = parameters.find((parameter) => parameter.code === code)?.components?.length ?? 0;
    const parts = Array.from({ length: count }, (_, n) => codes.get(`${code}$${n}`) ?? []);
    composites.get(code)?.unshift({ kind: 'whole', parts });
  }
  return {
    paths,
    groups: [...groups.values()],
    codesOf: (code) => codes.get(code) ?? [code],
    composite: (code) => composites.get(code) ?? [],
  };
}

/**
 * Puts branches with the same owners together, and names them, with a number where a name is taken: after an owner that has no other branches;
 * of several after the one with the shortest name, which is the one that most types have (`name` and `phonetic`, `url` and `system`).
 */
function name(claims: readonly Claim[]): {
  readonly paths: readonly IndexedPath[];
  readonly codes: ReadonlyMap<string, readonly string[]>;
} {
  const together = new Map<string, Claim[]>();
  for (const claim of claims) {
    const key = JSON.stringify([claim.type, claim.target, claim.owners]);
    const alike = together.get(key);
    if (alike === undefined) together.set(key, [claim]);
    else alike.push(claim);
  }
  const branches = new Map<string, number>();
  for (const { owners } of claims) for (const owner of owners) branches.set(owner, (branches.get(owner) ?? 0) + 1);
  const rank = (owner: string, alike: readonly Claim[]) =>
    owner.includes('$') ? 2 : branches.get(owner) === alike.length ? 0 : 1;
  const paths: IndexedPath[] = [];
  const codes = new Map<string, string[]>();
  const taken = new Set<string>();
  for (const alike of together.values()) {
    const [{ type, target, owners } = { type: 'special' as const, target: undefined, owners: [] }] = alike;
    const after = [...owners].sort((a, b) => rank(a, alike) - rank(b, alike) || shorter(a, b))[0] ?? '';
    let code = after;
    for (let n = 2; taken.has(code); n++) code = `${after}|${n}`;
    taken.add(code);
    const expression = alike.map((claim) => claim.expression).join(' | ');
    paths.push({ code, type, expression, target, partOnly: after.includes('$') });
    for (const owner of owners) codes.set(owner, [...(codes.get(owner) ?? []), code]);
  }
  return { paths, codes };
}

function shorter(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

/** The branches of a union, outside parentheses and quotes; `(a as B)` and `a as B` in the form `a.as(B)`. */
function branchesOf(expression: string): readonly string[] {
  const branches: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < expression.length; i++) {
    const character = expression[i];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === '|' && depth === 0) {
      branches.push(expression.slice(start, i));
      start = i + 1;
    }
  }
  branches.push(expression.slice(start));
  return [...new Set(branches.map((branch) => normal(branch.trim())))];
}

function normal(branch: string): string {
  const cast = /^\(?\s*([\w.]+)\s+as\s+(\w+)\s*\)?$/.exec(branch);
  return cast === null ? branch : `${cast[1]}.as(${cast[2]})`;
}

/** A part's expression, which starts at the composite's element, as one that starts at the resource. */
function fromResource(resourceType: string, expression: string): string {
  return /^[a-z][\w.()]*$/.test(expression) ? `${resourceType}.${expression}` : expression;
}
