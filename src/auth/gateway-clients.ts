import type { AccessRecords } from './access-records.ts';
import type { Access, AccessRequest, AuthPort, Caller, Credentials } from './auth-port.ts';
import { keyMissing, keyWrong, tokenMissing, tokenRefused } from './challenges.ts';
import { sha256 } from './digest.ts';
import { createRecent } from './recent.ts';
import { recheckAccess } from './recheck-access.ts';
import type { TokenIssuer, TokenUser, VerifiedToken } from './token-issuer.ts';
import { issuerOf } from './unverified-issuer.ts';

/** Credentials of a request that a gateway has let through: of the first key it has refused the wrong ones, and counted the right ones. */
export interface GatewayCredentials extends Credentials {
  /** Of the API key; the gateway's word, never a header of the client's. */
  readonly apiKeyId?: string | undefined;
}

export interface GatewayAuthOptions {
  readonly records: AccessRecords;
  /** Whose tokens are accepted. */
  readonly issuers: readonly TokenIssuer[];
  /** What the caller may do. @throws FhirError 403 */
  readonly authorize: (caller: Caller, request: AccessRequest) => Access | Promise<Access>;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** ms, of a clock that is never set back; default: the process's. */
  readonly elapsed?: (() => number) | undefined;
  /** How many tokens are remembered; default 10,000. */
  readonly remembered?: number | undefined;
}

const ANYONE: Caller = { id: 'anonymous', roles: [] };
/** `Bearer` in any case (RFC 9110, section 11.1), then the token (RFC 6750, section 2.1). */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** A token whose user is known, or why it is not accepted. */
type Judged =
  | { readonly user: TokenUser; readonly issuer: string; readonly issuedAt: number }
  | { readonly refusal: unknown };

/**
 * Two keys to get in, behind a gateway: the key's id names the client system, the token the user. A signature is verified once; whether client system and user
 * are still there is looked up again each second, in one request for both.
 */
export function createGatewayAuth(options: GatewayAuthOptions): AuthPort {
  const { authorize, now = Date.now, elapsed = () => performance.now(), remembered = 10_000 } = options;
  const records = recheckAccess(options.records, remembered, elapsed);
  const issuers = new Map(options.issuers.map((issuer) => [issuer.issuer, issuer]));
  const tokens = createRecent<VerifiedToken>(remembered);

  async function verified(token: string, issuer: string): Promise<Judged> {
    const digest = sha256(token);
    const known = tokens.get(digest);
    const current = known !== undefined && now() < known.rememberUntil ? known : await verify(token, issuer);
    if (current !== known) tokens.set(digest, current);
    const user = current.user();
    if (user === undefined) throw tokenRefused('It has been revoked.');
    // One that does not say when it was made is as old as can be.
    return { user, issuer, issuedAt: current.issuedAt ?? 0 };
  }

  function verify(token: string, name: string): VerifiedToken | Promise<VerifiedToken> {
    const issuer = issuers.get(name);
    if (issuer === undefined) throw tokenRefused('It is of an issuer that is not trusted here, or no JWT.');
    return issuer.verify(token);
  }

  async function judge({ authorization }: Credentials['headers']): Promise<Judged> {
    try {
      const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
      if (token === undefined) throw tokenMissing();
      return await verified(token, issuerOf(token) ?? '');
    } catch (refusal) {
      return { refusal };
    }
  }

  return {
    async authenticate(credentials: GatewayCredentials, request, tell = () => undefined) {
      if (request.name === 'capabilities') return ANYONE;
      const { apiKeyId, headers } = credentials;
      if (apiKeyId === undefined || apiKeyId === '') throw keyMissing();
      // The token first, so that one request looks both up; the key's refusal comes first all the same.
      const token = await judge(headers);
      const named = 'user' in token ? { issuer: token.issuer, id: token.user.id } : undefined;
      const { client, revokedBefore = 0 } = await records.read(apiKeyId, named);
      if (client === undefined) throw keyWrong();
      tell(client);
      if ('refusal' in token) throw token.refusal;
      if (token.issuedAt < revokedBefore) throw tokenRefused('It has been revoked.');
      const { id, name, roles } = token.user;
      return { id, name, roles, client };
    },
    authorize,
  };
}
