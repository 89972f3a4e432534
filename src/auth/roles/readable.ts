import type { Access } from '../auth-port.ts';
import type { Rights } from './rights.ts';
import type { Allowable } from './role.ts';

const SEARCH: readonly Allowable[] = ['read', 'search-type'];
/** Requests about all types at once name none of which it could be asked; each of these is among the types that it is allowed on. */
const ACROSS: ReadonlyMap<string, readonly Allowable[]> = new Map<string, readonly Allowable[]>([
  ['search-system', [...SEARCH, 'search-system']],
  ['history-system', ['history-system']],
]);

/** The types that a request may show or be influenced by: those whose content the caller could have found and read. Undefined: all. */
export function readableFor(rights: Rights, name: string): Access['readable'] {
  const needed = ACROSS.get(name) ?? SEARCH;
  if (needed.every(rights.allowsAll)) return undefined;
  return (type) => needed.every((one) => rights.allows(one, type));
}
