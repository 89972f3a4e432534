import { configuredRoles as rolesOf } from '../auth/roles/configured-roles.ts';
import type { Role } from '../auth/roles/role.ts';
import type { TokenIssuer } from '../auth/token-issuer.ts';
import { trustedIssuer } from '../auth/trusted-issuers.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { IdentityOptions } from './identity/identity-options.ts';

/** The roles there are: the default ones and those of the configuration. */
export function configuredRoles({ roles, replaceDefaultRoles }: ResolvedConfig): readonly Role[] {
  return rolesOf(roles, replaceDefaultRoles);
}

/** What the configuration says of the local identity: a token that a command makes is as one that the server makes. */
export function identityOptions(config: ResolvedConfig): IdentityOptions {
  const { tokenLifetime, refreshLifetime, lockout } = config.auth;
  return {
    roles: configuredRoles(config).map(({ name }) => name),
    rate: config.clients.defaultRate,
    accessLifetime: tokenLifetime,
    refreshLifetime,
    lockOut: { failures: lockout.attempts, lasts: lockout.duration },
  };
}

/** The issuers beside the local one whose tokens are taken. */
export function configuredIssuers({ auth }: ResolvedConfig): readonly TokenIssuer[] {
  return auth.issuers.map(trustedIssuer);
}
