import { FhirError } from '../../fhir/operation-outcome.ts';
import type { Access, AccessRequest, Caller } from '../auth-port.ts';
import { missingFor } from './needs.ts';
import { readableFor } from './readable.ts';
import { type Rights, rightsOf } from './rights.ts';
import type { Role } from './role.ts';

/** The decision for each request and each entry of a Bundle. @throws FhirError 403 */
export type Authorize = (caller: Caller, request: AccessRequest) => Access;

/** Sets of roles whose rights are kept; there are few unless someone gives each user another set. */
const KEPT = 1000;
/** So many role names are told in a refusal: an issuer's users may have hundreds of groups. */
const TOLD = 10;

const EVERYTHING: Access = {};

/**
 * Decides by roles (docs/roles.md). A caller has the rights of all their roles together; names that are not among these roles give nothing.
 *
 * @param isOwner true of the caller to whom everything belongs: may do everything
 * @example createAuthorizer(DEFAULT_ROLES)({ id: '1', roles: ['auditor'] }, { name: 'read', type: 'Claim', id: '1' }) // throws
 */
export function createAuthorizer(
  roles: readonly Role[],
  isOwner: (caller: Caller) => boolean = () => false,
): Authorize {
  const places = new Map(roles.map(({ name }, place) => [name, place]));
  const known = new Map<string, Rights>();

  function rightsOfCaller(names: readonly string[]): Rights {
    // By the roles' places, not by the names: these come from an issuer, and "a,b" is not "a" and "b".
    const held = names.map((name) => places.get(name)).filter((place) => place !== undefined);
    const key = held.join();
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const rights = rightsOf(roles.filter((_, place) => held.includes(place)));
    if (known.size >= KEPT) known.clear();
    known.set(key, rights);
    return rights;
  }

  function refusal(caller: Caller, interaction: string, type: string | undefined, missing = interaction): FhirError {
    const what = type === undefined ? `"${interaction}"` : `"${interaction}" on ${type}`;
    const needs = missing === interaction ? '' : `, which needs "${missing}"`;
    return new FhirError(403, 'forbidden', `You may not do ${what}${needs}: you have ${rolesTold(caller, places)}.`);
  }

  return (caller, request) => {
    if (isOwner(caller)) return EVERYTHING;
    const { name, type } = request;
    const rights = rightsOfCaller(caller.roles);
    const missing = missingFor(rights, request);
    if (missing !== undefined) throw refusal(caller, name, type, missing);
    return {
      allows: (interaction, of) => (of === undefined ? rights.allowsAny(interaction) : rights.allows(interaction, of)),
      readable: readableFor(rights, name),
      refuse: (interaction, of) => refusal(caller, interaction, of),
    };
  };
}

/** `the role auditor`, `the roles auditor and "nurze" (not known here)`. */
function rolesTold({ roles }: Caller, known: ReadonlyMap<string, unknown>): string {
  const told = roles
    .slice(0, TOLD)
    .map((name) => (known.has(name) ? name : `${JSON.stringify(name.slice(0, 64))} (not known here)`));
  const all = roles.length > TOLD ? [...told, `${roles.length - TOLD} more`] : told;
  const last = all.at(-1);
  if (last === undefined) return 'no role';
  return all.length === 1 ? `the role ${last}` : `the roles ${all.slice(0, -1).join(', ')} and ${last}`;
}
