import { FhirError } from '../../fhir/operation-outcome.ts';
import type { Access, AccessRequest, Caller } from '../auth-port.ts';
import { type Rights, rightsOf } from './rights.ts';
import type { Allowable, Role } from './role.ts';

/** The decision for each request and each entry of a Bundle. @throws FhirError 403 */
export type Authorize = (caller: Caller, request: AccessRequest) => Access;

/** Sets of roles that were asked for, with what they allow; there are few unless an issuer invents them. */
const KEPT = 1000;

/**
 * Decides by roles. Names of roles that are not among these give nothing.
 *
 * @param isOwner true of the caller to whom everything belongs: may do everything
 */
export function createAuthorizer(
  roles: readonly Role[],
  isOwner: (caller: Caller) => boolean = () => false,
): Authorize {
  const byName = new Map(roles.map((role) => [role.name, role]));
  const known = new Map<string, Rights>();

  function rightsOfCaller(names: readonly string[]): Rights {
    const key = names.join('\n');
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const rights = rightsOf(names.map((name) => byName.get(name)).filter((role) => role !== undefined));
    if (known.size >= KEPT) known.clear();
    known.set(key, rights);
    return rights;
  }

  return (caller, request) => {
    if (isOwner(caller)) return {};
    const rights = rightsOfCaller(caller.roles);
    if (!mayBegin(rights, request)) throw refusal(caller, request.name, request.type);
    return {
      allows: (interaction, type) => rights.allows(interaction, type),
      readable: readableFor(rights, request.name),
      refuse: (interaction, type) => refusal(caller, interaction, type),
    };
  };
}

/** Whether the request may be begun. What depends on its content is asked for when that is known, by `allows`. */
function mayBegin(rights: Rights, { name, type }: AccessRequest): boolean {
  switch (name) {
    case 'capabilities':
      return true;
    // Entries are authorized each by itself; that it is a transaction shows in the Bundle.
    case 'batch':
      return rights.allowsAny('batch') || rights.allowsAny('transaction') || rights.allowsAny('read');
    case 'update-conditional':
      return type !== undefined && rights.allows('update', type) && rights.allows('search-type', type);
    case 'delete-conditional':
      return type !== undefined && rights.allows('delete', type) && rights.allows('search-type', type);
    case 'search-system':
    case 'history-system':
      return rights.allowsAny(name);
    case 'search-compartment':
      return type === undefined ? rights.allowsAny('search-type') : rights.allows('search-type', type);
    case 'operation':
      return type === undefined ? rights.allowsAll('operation') : rights.allows('operation', type);
    default:
      return type !== undefined && isTyped(name) && rights.allows(name, type);
  }
}

const TYPED: ReadonlySet<string> = new Set([
  'read',
  'vread',
  'create',
  'update',
  'patch',
  'delete',
  'search-type',
  'history-instance',
  'history-type',
]);

function isTyped(name: string): name is Allowable {
  return TYPED.has(name);
}

/**
 * The types that a request may show or take into account. A search may use a type's content only where the caller could have searched and
 * read it; a history shows types whose histories the caller may see.
 */
function readableFor(rights: Rights, name: string): Access['readable'] {
  if (name.startsWith('history')) {
    return rights.allowsAll('history-instance') ? undefined : (type) => rights.allows('history-instance', type);
  }
  if (rights.allowsAll('read') && rights.allowsAll('search-type')) return undefined;
  return (type) => rights.allows('read', type) && rights.allows('search-type', type);
}

function refusal(caller: Caller, interaction: string, type: string | undefined): FhirError {
  const what = type === undefined ? `"${interaction}"` : `"${interaction}" on ${type}`;
  const roles = caller.roles.length === 0 ? 'no role' : `the roles ${caller.roles.join(', ')}`;
  return new FhirError(403, 'forbidden', `You have ${roles}, which may not do ${what}.`);
}
