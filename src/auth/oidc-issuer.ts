import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleFetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { discoverJwksUri, type Fetcher } from './discover-jwks.ts';
import type { TokenIssuer, TokenUser, VerifiedToken } from './token-issuer.ts';
import { checkToken, type RequiredClaims, refusalOf } from './token-rules.ts';

/** An issuer outside of this process: a Cognito user pool, Keycloak, Entra ID … At least one of `audience` and `clientId` is needed. */
export interface OidcIssuerOptions {
  /** The claim `iss`, an https URL: `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI` */
  readonly issuer: string;
  /** Where its keys are; default: as its `/.well-known/openid-configuration` says. */
  readonly jwksUri?: string | undefined;
  /** One of which the claim `aud` must name. Cognito's access tokens have none. */
  readonly audience?: string | readonly string[] | undefined;
  /** One of which `client_id` (or, without it, `azp`) must be. */
  readonly clientId?: string | readonly string[] | undefined;
  /** `unstated`: for issuers whose access tokens do not say that they are some; default `access`. See `TokenRules`. */
  readonly tokenUse?: 'access' | 'unstated' | undefined;
  /** The claim that holds the roles' names: an array, or a text with spaces between; default `cognito:groups`. */
  readonly rolesClaim?: string | undefined;
  /** The claim that holds the user's name; default `username`, else `preferred_username`. */
  readonly nameClaim?: string | undefined;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** Default: HTTPS, with one retry. */
  readonly fetcher?: Fetcher | undefined;
}

/** How long a token is not verified again, ms: so long a key that its issuer withdrew may still be believed. */
const REMEMBER = 5 * 60_000;
/** When the issuer's keys are asked for again, ms; a key that is new is asked for when it first comes. */
const KEYS_FRESH = 60 * 60_000;
/** When they are asked for again after that failed, ms. */
const KEYS_RETRY = 60_000;

/**
 * An OIDC issuer. Its keys are fetched when they are first needed, and kept.
 *
 * @throws TypeError for options that would let in what is not meant for this server
 */
export function createOidcIssuer(options: OidcIssuerOptions): TokenIssuer {
  const { issuer, tokenUse = 'access', now = Date.now, fetcher = new SimpleFetcher() } = options;
  const audience = listOf(options.audience);
  const clientIds = listOf(options.clientId);
  if (audience === undefined && clientIds === undefined) {
    throw new TypeError(
      `The issuer ${issuer} needs an audience or a clientId: its tokens for others would be accepted.`,
    );
  }
  const rules = { clientIds, tokenUse, now };
  const current = keptFresh(now, async () => {
    const jwksUri = options.jwksUri ?? (await discoverJwksUri(issuer, fetcher));
    const verifier = JwtVerifier.create(
      { issuer, audience: audience === undefined ? null : [...audience], jwksUri },
      // Its own: a verifier that is made anew trusts no key that the issuer has withdrawn.
      { jwksCache: new SimpleJwksCache({ fetcher }) },
    );
    await verifier.hydrate();
    return verifier;
  });
  return {
    issuer,
    async verify(token) {
      try {
        const verifier = await current();
        const payload = await verifier.verify(token);
        const required = checkToken(decomposeUnverifiedJwt(token).header, payload, rules);
        return verified(required, userOf(required.sub, payload, options), now());
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}

function verified({ exp, iat }: RequiredClaims, user: TokenUser, now: number): VerifiedToken {
  const expiresAt = exp * 1000;
  return {
    issuedAt: iat === undefined ? undefined : iat * 1000,
    expiresAt,
    rememberUntil: Math.min(expiresAt, now + REMEMBER),
    user: () => user,
  };
}

function userOf(sub: string, claims: Readonly<Record<string, unknown>>, options: OidcIssuerOptions): TokenUser {
  const { rolesClaim = 'cognito:groups', nameClaim } = options;
  const name = nameClaim === undefined ? (claims.username ?? claims.preferred_username) : claims[nameClaim];
  return { id: sub, name: typeof name === 'string' ? name : undefined, roles: rolesOf(claims[rolesClaim]) };
}

function rolesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((role) => role !== '');
  return Array.isArray(claim) ? claim.filter((role): role is string => typeof role === 'string') : [];
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  const list = typeof value === 'string' ? [value] : value;
  return list === undefined || list.length === 0 ? undefined : list;
}

/**
 * A value that is made when it is first asked for, and anew when it has become old. When that fails, the old one serves on for a day
 * at most: an issuer that is away for an hour must not stop a hospital.
 */
function keptFresh<T>(now: () => number, make: () => Promise<T>): () => Promise<T> {
  let value: { readonly made: number; readonly it: T } | undefined;
  let tryAt = 0;
  let making: Promise<T> | undefined;
  const renew = async (): Promise<T> => {
    try {
      value = { made: now(), it: await make() };
      tryAt = now() + KEYS_FRESH;
      return value.it;
    } catch (error) {
      tryAt = now() + KEYS_RETRY;
      if (value === undefined || now() - value.made > 24 * KEYS_FRESH) throw error;
      return value.it;
    } finally {
      making = undefined;
    }
  };
  return () => {
    if (value !== undefined && now() < tryAt) return Promise.resolve(value.it);
    making ??= renew();
    return making;
  };
}
