import type { TokenPair } from '../../auth/identity-admin.ts';
import { signAccessToken } from './access-token.ts';
import type { IdentityState } from './identity-state.ts';
import type { Session } from './sessions.ts';
import type { SigningKey } from './signing-keys.ts';
import type { UserRow } from './users.ts';

/** The key to sign with now; a new one when the last has served its time. */
export function signingKey(state: IdentityState): SigningKey {
  const { now, keyLifetime } = state.options;
  const current = state.tables.signingKeys.all().find(({ retiredAt }) => retiredAt === undefined);
  if (current !== undefined && now() < current.createdAt + keyLifetime) return current;
  return rotateSigningKey(state, current?.kid);
}

/**
 * Makes a new key to sign with. Those before it stay in the JWKS until the last token that they signed has expired.
 *
 * @param replaced only when this is the one in use still: else another process was faster, and its key is taken
 */
export function rotateSigningKey(state: IdentityState, replaced?: string): SigningKey {
  const { signingKeys } = state.tables;
  const { now, algorithm, accessLifetime } = state.options;
  return state.change(() => {
    const current = signingKeys.all().find(({ retiredAt }) => retiredAt === undefined);
    if (replaced !== undefined && current !== undefined && current.kid !== replaced) return current;
    signingKeys.prune(now() - accessLifetime);
    return signingKeys.rotate(algorithm, now());
  });
}

/** An access token and a refresh token of a session; within a transaction. */
export function tokensOf(state: IdentityState, user: UserRow, session: Session, key: SigningKey): TokenPair {
  const { now, clientId, accessLifetime } = state.options;
  const issuedAt = now();
  const accessToken = signAccessToken(key, {
    issuer: state.issuer,
    clientId,
    sub: user.sub,
    userName: user.name,
    roles: user.roles,
    session: session.id,
    signedInAt: session.signedInAt,
    issuedAt,
    expiresAt: issuedAt + accessLifetime,
  });
  const refreshToken = state.tables.sessions.addRefreshToken(session.id);
  return { accessToken, refreshToken, expiresIn: Math.floor(accessLifetime / 1000) };
}
