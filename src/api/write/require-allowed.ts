import type { Allowable } from '../../auth/roles/role.ts';
import type { ServerContext } from '../server-context.ts';

/**
 * Holds the caller to what shows only on the way: that an update makes a resource, that a Bundle is a transaction.
 *
 * @param type undefined: it is enough that it is allowed on some type
 * @throws FhirError 403
 */
export function requireAllowed({ access }: ServerContext, interaction: Allowable, type?: string): void {
  if (access?.allows === undefined || access.allows(interaction, type)) return;
  throw access.refuse?.(interaction, type) ?? new Error('An access that refuses must say why.');
}
