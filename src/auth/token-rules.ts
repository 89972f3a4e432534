import {
  FetchError,
  JwksNotAvailableInCacheError,
  JwksValidationError,
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import { FhirError } from '../fhir/operation-outcome.ts';
import { tokenRefused } from './challenges.ts';

/** What an access token must be, beside signed by its issuer and not expired. */
export interface TokenRules {
  /** One of which `client_id` (or, without it, `azp`) must be; undefined: any. */
  readonly clientIds?: readonly string[] | undefined;
  /**
   * `access`: the token must say that it is an access token, by `token_use` as Cognito's do or by the type `at+jwt` (RFC 9068).
   * `unstated`: it may leave that open, but must not look like an ID token.
   */
  readonly tokenUse: 'access' | 'unstated';
  /** ms since the epoch. */
  readonly now: () => number;
}

const ALGORITHMS: readonly unknown[] = ['RS256', 'ES256'];
/** Claims that only ID tokens have (OpenID Connect Core 1.0, sections 2 and 3.3.2.11). */
const OF_ID_TOKENS: readonly string[] = ['nonce', 'at_hash', 'c_hash'];

/** A verified token's claims, those that must be there. */
export interface RequiredClaims {
  readonly sub: string;
  /** s since the epoch. */
  readonly exp: number;
  /** s since the epoch. */
  readonly iat?: number | undefined;
}

/**
 * Checks what aws-jwt-verify leaves to its users.
 *
 * @throws FhirError 401
 */
export function checkToken(header: JwtHeader, payload: JwtPayload, rules: TokenRules): RequiredClaims {
  // `alg: none` and those with shared secrets are refused before: there is no such key.
  if (!ALGORITHMS.includes(header.alg)) throw tokenRefused('It must be signed with RS256 or ES256.');
  if ('crit' in header) throw tokenRefused('It has critical header parameters, which are not supported.');
  const { sub, exp, iat } = payload;
  if (exp === undefined) throw tokenRefused('It has no expiry.');
  if (exp * 1000 <= rules.now()) throw tokenRefused('It has expired.', { expired: true });
  if (typeof sub !== 'string' || sub === '') throw tokenRefused('It names no user.');
  if (!isAccessToken(header, payload, rules.tokenUse)) throw tokenRefused('It is not an access token.');
  const client = payload.client_id ?? payload.azp;
  if (rules.clientIds !== undefined && !(typeof client === 'string' && rules.clientIds.includes(client))) {
    throw tokenRefused('It was made for another application.');
  }
  return { sub, exp, iat };
}

function isAccessToken(header: JwtHeader, payload: JwtPayload, tokenUse: TokenRules['tokenUse']): boolean {
  if (payload.token_use !== undefined) return payload.token_use === 'access';
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase() : '';
  if (type === 'at+jwt' || type === 'application/at+jwt') return true;
  return tokenUse === 'unstated' && !OF_ID_TOKENS.some((claim) => claim in payload);
}

/** The kinds of refusal, each with what is told; nothing of the token itself is. */
const REASONS: readonly (readonly [new (...args: never[]) => Error, string])[] = [
  [JwtParseError, 'It is no JWT.'],
  [JwtInvalidSignatureAlgorithmError, 'Its algorithm is not that of the key.'],
  [JwtInvalidSignatureError, 'Its signature is wrong.'],
  [JwtWithoutValidKidError, 'It names no key.'],
  [KidNotFoundInJwksError, 'It is signed with a key that its issuer does not have.'],
  [WaitPeriodNotYetEndedJwkError, 'It is signed with a key that its issuer does not have.'],
  [JwksNotAvailableInCacheError, 'It is signed with a key that its issuer does not have.'],
  [JwtNotBeforeError, 'It is not valid yet.'],
  [JwtInvalidIssuerError, 'It is of another issuer.'],
  [JwtInvalidAudienceError, 'It was made for another audience.'],
];

/** What a failed verification is answered with. */
export function refusalOf(error: unknown): FhirError {
  if (error instanceof FhirError) return error;
  // The cause is left out where it may hold claims: aws-jwt-verify's messages do.
  if (error instanceof JwtExpiredError) return tokenRefused('It has expired.', { expired: true });
  if (error instanceof FetchError || error instanceof JwksValidationError) {
    return new FhirError(503, 'transient', "The keys of the token's issuer cannot be had now.", {
      headers: { 'retry-after': '10' },
      cause: error,
    });
  }
  const known = REASONS.find(([kind]) => error instanceof kind);
  return tokenRefused(known?.[1] ?? 'It cannot be verified.');
}
