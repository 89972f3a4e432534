import type { CodeHierarchy } from './code-hierarchy.ts';
import type { CodeSet } from './terminology.ts';

/** Codes by system; `all`: every code of a system that can't be listed here. */
export type SelectedCodes = ReadonlyMap<string, ReadonlySet<string> | 'all'>;

/** The codes that a filter of `ValueSet.compose` leaves (http://hl7.org/fhir/filter-operator); undefined when that is not known here. */
export function filteredCodes(
  hierarchy: CodeHierarchy,
  [property, op, value]: readonly [property: string, op: string, value: string],
): readonly string[] | undefined {
  if (property === 'parent' && op === '=') return hierarchy.children(value);
  if (property !== 'concept' && property !== 'code') return undefined;
  const listed = () => value.split(',').map((code) => hierarchy.find(code.trim()) ?? code.trim());
  switch (op) {
    case 'is-a':
      return hierarchy.below(value);
    case 'descendent-of':
      return hierarchy.below(value)?.slice(1);
    case 'is-not-a':
      return without(hierarchy.codes, hierarchy.below(value));
    case 'generalizes':
      return hierarchy.above(value);
    case '=':
    case 'in':
      return listed();
    case 'not-in':
      return without(hierarchy.codes, listed());
  }
  return undefined;
}

function without(codes: readonly string[], taken: readonly string[] | undefined): readonly string[] | undefined {
  const set = taken && new Set(taken);
  return set && codes.filter((code) => !set.has(code));
}

/** All that is in any of them. */
export function union(parts: readonly SelectedCodes[]): SelectedCodes {
  const joined = new Map<string, Set<string> | 'all'>();
  for (const part of parts) {
    for (const [system, codes] of part) {
      const known = joined.get(system);
      if (codes === 'all' || known === 'all') joined.set(system, 'all');
      else if (known === undefined) joined.set(system, new Set(codes));
      else for (const code of codes) known.add(code);
    }
  }
  return joined;
}

/** What is in both. */
export function intersection(one: SelectedCodes, other: SelectedCodes): SelectedCodes {
  const common = new Map<string, ReadonlySet<string> | 'all'>();
  for (const [system, codes] of one) {
    const others = other.get(system);
    if (others === undefined) continue;
    if (codes === 'all' || others === 'all') common.set(system, codes === 'all' ? others : codes);
    else common.set(system, new Set([...codes].filter((code) => others.has(code))));
  }
  return common;
}

/** What is in the one and not in the other; undefined when codes are taken from a system that can't be listed. */
export function difference(one: SelectedCodes, taken: SelectedCodes): SelectedCodes | undefined {
  const left = new Map<string, ReadonlySet<string> | 'all'>();
  for (const [system, codes] of one) {
    const others = taken.get(system);
    if (others === 'all') continue;
    if (others === undefined || others.size === 0) left.set(system, codes);
    else if (codes === 'all') return undefined;
    else left.set(system, new Set([...codes].filter((code) => !others.has(code))));
  }
  return left;
}

/** The form in which others see it; a system of which no code is left is gone. */
export function toCodeSet(selected: SelectedCodes): CodeSet {
  return [...selected]
    .filter(([, codes]) => codes === 'all' || codes.size > 0)
    .map(([system, codes]) => (codes === 'all' ? { system } : { system, codes: [...codes] }));
}
