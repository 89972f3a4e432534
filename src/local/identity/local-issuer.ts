import { JwtVerifier } from 'aws-jwt-verify';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { tokenRefused } from '../../auth/challenges.ts';
import type { TokenIssuer, VerifiedToken } from '../../auth/token-issuer.ts';
import { checkToken, refusalOf } from '../../auth/token-rules.ts';
import type { IdentityState } from './identity-state.ts';
import { keysAt } from './identity-view.ts';

/** The local identity as an issuer: its keys come from memory, its users' roles from the database and not from the token. */
export function createLocalIssuer({ issuer, options, view }: IdentityState): TokenIssuer {
  const { now, clientId, accessLifetime } = options;
  const rules = { clientIds: [clientId], tokenUse: 'access', now } as const;
  // The address only names the keys in the verifier's memory: `verifySync` never fetches.
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri: 'memory:' });
  let cached = '';

  function takeKeys(): void {
    const keys = keysAt(view.current(), now());
    const kids = keys.map(({ kid }) => kid).join();
    if (kids === cached) return;
    verifier.cacheJwks({ keys: keys.map((key) => ({ ...key })) });
    cached = kids;
  }

  function verified(expiresAt: number, sub: string, session: unknown): VerifiedToken {
    return {
      expiresAt,
      rememberUntil: expiresAt,
      user() {
        const { users, revoked } = view.current();
        const user = users.get(sub);
        if (user === undefined || typeof session !== 'string' || revoked.has(session)) return undefined;
        return { id: user.sub, name: user.name, roles: user.roles };
      },
    };
  }

  return {
    issuer,
    verify(token) {
      takeKeys();
      try {
        const payload = verifier.verifySync(token);
        const { sub, exp } = checkToken(decomposeUnverifiedJwt(token).header, payload, rules);
        if (payload.iat === undefined) throw tokenRefused('It does not say when it was made.');
        // A command with another configuration may have made it for longer than a revoked session is remembered here.
        const until = Math.min(exp * 1000, payload.iat * 1000 + accessLifetime);
        if (until <= now()) throw tokenRefused('It was made longer ago than access tokens hold here.');
        return verified(until, sub, payload.origin_jti);
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}
