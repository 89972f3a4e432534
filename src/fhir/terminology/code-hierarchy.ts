import type { RawCodeSystem } from './terminology-tables.ts';

/** The codes of a complete code system, and what is above what. */
export interface CodeHierarchy {
  readonly codes: readonly string[];
  /** The code as the system writes it: of another case only where the system doesn't tell them apart. */
  find(code: string): string | undefined;
  /** The code itself and all below; undefined for no code of the system. */
  below(code: string): readonly string[] | undefined;
  /** The code itself and all above. */
  above(code: string): readonly string[] | undefined;
  children(code: string): readonly string[] | undefined;
}

type Links = ReadonlyMap<string, readonly string[]>;

/** Reads the hierarchy of a code system; undefined for one whose codes are not at hand. */
export function codeHierarchy(system: RawCodeSystem): CodeHierarchy | undefined {
  if (system.n === 1 || system.codes === undefined) return undefined;
  const parents = parentsOf(system.codes, system.parents ?? {});
  const children = inverted(parents);
  const codes = [...parents.keys()];
  const byFolded = new Map(system.cs === 1 ? [] : codes.map((code) => [code.toLowerCase(), code]));

  const find = (code: string) => (parents.has(code) ? code : byFolded.get(code.toLowerCase()));
  const from = (links: Links) => (code: string) => {
    const start = find(code);
    return start === undefined ? undefined : reachable(start, links);
  };
  return {
    codes,
    find,
    below: from(children),
    above: from(parents),
    children(code) {
      const parent = find(code);
      return parent === undefined ? undefined : (children.get(parent) ?? []);
    },
  };
}

/** Every code with its parents, in the system's order. */
function parentsOf(
  concepts: NonNullable<RawCodeSystem['codes']>,
  further: NonNullable<RawCodeSystem['parents']>,
): Map<string, readonly string[]> {
  const parents = new Map<string, readonly string[]>();
  const path: string[] = [];
  for (const concept of concepts) {
    const [code, , depth = 0] = typeof concept === 'string' ? ([concept, ''] as const) : concept;
    path.length = depth;
    const nested = path[depth - 1];
    const others = Object.hasOwn(further, code) ? (further[code] ?? []) : [];
    parents.set(code, nested === undefined ? others : [nested, ...others]);
    path.push(code);
  }
  return parents;
}

function inverted(parents: Links): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const [child, above] of parents) {
    for (const parent of above) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [child]);
      else known.push(child);
    }
  }
  return children;
}

/** What links lead to, the start first; HL7's v3 tables are no trees, and each code comes once. */
function reachable(start: string, links: Links): readonly string[] {
  const found = new Set([start]);
  for (const code of found) for (const next of links.get(code) ?? []) found.add(next);
  return [...found];
}
