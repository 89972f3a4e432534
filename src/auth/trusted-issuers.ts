import type { OidcIssuerOptions } from './oidc-issuer.ts';
import type { TokenIssuer, VerifiedToken } from './token-issuer.ts';

/** An issuer, as a configuration names it. */
export interface TrustedIssuer
  extends Pick<OidcIssuerOptions, 'issuer' | 'audience' | 'tokenUse' | 'jwksUri' | 'fetcher'> {
  readonly clientIds?: string | readonly string[] | undefined;
  readonly groupsClaim?: string | undefined;
  readonly usernameClaim?: string | undefined;
  /** The roles that its groups stand for. */
  readonly roles?: Readonly<Record<string, string>> | undefined;
}

/**
 * An issuer whose tokens are taken. The library that verifies them is loaded with the first: a function starts without it.
 *
 * @throws TypeError for options that would let in what is not meant for this server, at the first token
 */
export function trustedIssuer(options: TrustedIssuer): TokenIssuer {
  const { issuer, audience, clientIds, tokenUse, jwksUri, fetcher, groupsClaim, usernameClaim, roles } = options;
  let opened: Promise<TokenIssuer> | undefined;
  const open = async (): Promise<TokenIssuer> => {
    const { createOidcIssuer } = await import('./oidc-issuer.ts');
    const made = createOidcIssuer({
      issuer,
      audience,
      clientId: clientIds,
      tokenUse,
      jwksUri,
      fetcher,
      rolesClaim: groupsClaim,
      nameClaim: usernameClaim,
    });
    return withRoles(made, roles);
  };
  return {
    issuer,
    async verify(token) {
      opened ??= open();
      return (await opened).verify(token);
    },
  };
}

/** Names the roles that an issuer's groups stand for; a group that is not named is the role of its name. */
export function withRoles(issuer: TokenIssuer, roles: Readonly<Record<string, string>> | undefined): TokenIssuer {
  if (roles === undefined) return issuer;
  const byGroup = new Map(Object.entries(roles));
  const named = (verified: VerifiedToken): VerifiedToken => ({
    ...verified,
    user() {
      const user = verified.user();
      return user && { ...user, roles: user.roles.map((group) => byGroup.get(group) ?? group) };
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
