import { createOidcIssuer } from '../auth/oidc-issuer.ts';
import { DEFAULT_ROLES } from '../auth/roles/default-roles.ts';
import type { Role } from '../auth/roles/role.ts';
import type { TokenIssuer, VerifiedToken } from '../auth/token-issuer.ts';
import type { ResolvedConfig, ResolvedIssuer } from '../config/resolve-config.ts';
import type { IdentityOptions } from './identity/identity-options.ts';

/** The roles there are: the default ones and those of the configuration, which take the place of default ones of their names. */
export function configuredRoles({ roles, replaceDefaultRoles }: ResolvedConfig): readonly Role[] {
  if (replaceDefaultRoles) return roles;
  const own = new Set(roles.map(({ name }) => name));
  return [...DEFAULT_ROLES.filter(({ name }) => !own.has(name)), ...roles];
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
  return auth.issuers.map((issuer) => withRoles(createOidcIssuer(optionsOf(issuer)), issuer.roles));
}

function optionsOf({ issuer, audience, clientIds, tokenUse, jwksUri, groupsClaim, usernameClaim }: ResolvedIssuer) {
  return {
    issuer,
    audience,
    clientId: clientIds,
    tokenUse,
    jwksUri,
    rolesClaim: groupsClaim,
    nameClaim: usernameClaim,
  };
}

/** Names the roles that an issuer's groups stand for; a group that is not named is the role of its name. */
function withRoles(issuer: TokenIssuer, roles: Readonly<Record<string, string>> | undefined): TokenIssuer {
  if (roles === undefined) return issuer;
  const byGroup = new Map(Object.entries(roles));
  const named = (verified: VerifiedToken): VerifiedToken => ({
    ...verified,
    user() {
      const user = verified.user();
      return user === undefined
        ? undefined
        : { ...user, roles: user.roles.map((group) => byGroup.get(group) ?? group) };
    },
  });
  return {
    ...issuer,
    verify(token) {
      const verified = issuer.verify(token);
      return verified instanceof Promise ? verified.then(named) : named(verified);
    },
  };
}
