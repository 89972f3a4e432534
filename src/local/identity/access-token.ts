import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { SigningKey } from './signing-keys.ts';

/** What an access token says. */
export interface AccessTokenContent {
  readonly issuer: string;
  readonly clientId: string;
  readonly sub: string;
  readonly userName: string;
  readonly roles: readonly string[];
  /** The session. */
  readonly session: string;
  /** ms since the epoch, each. */
  readonly signedInAt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What a token lets its bearer do: what the user's roles do, no less. */
export const SCOPE = 'fhir';

/**
 * An access token: a JWT with the claims of Amazon Cognito's, so that one verifier serves both
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
 */
export function signAccessToken(key: SigningKey, content: AccessTokenContent): string {
  const claims = {
    sub: content.sub,
    // As Cognito: no claim for a user without groups.
    'cognito:groups': content.roles.length === 0 ? undefined : content.roles,
    iss: content.issuer,
    client_id: content.clientId,
    origin_jti: content.session,
    token_use: 'access',
    scope: SCOPE,
    auth_time: seconds(content.signedInAt),
    exp: seconds(content.expiresAt),
    iat: seconds(content.issuedAt),
    jti: randomUUID(),
    username: content.userName,
  };
  const signed = `${part({ kid: key.kid, alg: key.algorithm })}.${part(claims)}`;
  const privateKey = createPrivateKey({ key: key.privateJwk, format: 'jwk' });
  // The two numbers of an ECDSA signature one after the other (RFC 7518, section 3.4); of no effect for RSA.
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function seconds(time: number): number {
  return Math.floor(time / 1000);
}
