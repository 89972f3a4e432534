import type { AccessRequest } from '../auth-port.ts';
import type { Rights } from './rights.ts';
import type { Allowable } from './role.ts';

/** A search shows what it finds: it takes both. */
const SEARCH: readonly Allowable[] = ['search-type', 'read'];

/** What must be allowed on the type that a request is about (docs/roles.md). */
const ON_TYPE: ReadonlyMap<string, readonly Allowable[]> = new Map<string, readonly Allowable[]>([
  ['read', ['read']],
  ['vread', ['vread']],
  ['create', ['create']],
  ['update', ['update']],
  ['patch', ['patch']],
  ['delete', ['delete']],
  // Their answers tell whether something matches.
  ['update-conditional', ['update', ...SEARCH]],
  ['patch-conditional', ['patch', ...SEARCH]],
  ['delete-conditional', ['delete', ...SEARCH]],
  ['search-type', SEARCH],
  ['search-compartment', SEARCH],
  ['history-instance', ['history-instance']],
  ['history-type', ['history-type']],
  ['operation', ['operation']],
]);

/** What must be allowed on some type: the types on which it is not are left out of the answer. */
const ON_SOME: ReadonlyMap<string, Allowable> = new Map<string, Allowable>([
  ['search-system', 'search-system'],
  ['search-compartment', 'search-type'],
  ['history-system', 'history-system'],
]);

/**
 * The first thing that a request needs and that is not allowed; undefined when it may be begun. What its content asks for beyond that is
 * asked for when it is known, by `Access.allows`: that an update makes a resource, that a Bundle is a transaction. Its conditions are held to
 * `Access.readable`.
 */
export function missingFor(rights: Rights, { name, type }: AccessRequest): string | undefined {
  // Each entry of a Bundle is authorized by itself.
  if (name === 'capabilities' || (name === 'batch' && rights.some)) return undefined;
  if (type !== undefined) return ON_TYPE.get(name)?.find((needed) => !rights.allows(needed, type)) ?? unknown(name);
  const needed = ON_SOME.get(name);
  if (needed !== undefined) return rights.allowsAny(needed) ? undefined : needed;
  // Of the whole server: it may be about any type.
  return name === 'operation' && rights.allowsAll('operation') ? undefined : name;
}

/** An interaction that is not known here is nobody's. */
function unknown(name: string): string | undefined {
  return ON_TYPE.has(name) ? undefined : name;
}
