import { admitClient, countUse } from './admit-client.ts';
import type { Access, AccessRequest, AuthPort, Caller, Credentials } from './auth-port.ts';
import { API_KEY_HEADER, OWNER_HEADER, ownerRefused, tokenMissing, tokenRefused } from './challenges.ts';
import type { ClientDirectory, ClientSystem } from './client-directory.ts';
import { equalSecrets, sha256 } from './digest.ts';
import { createRecent } from './recent.ts';
import type { TokenIssuer, VerifiedToken } from './token-issuer.ts';
import { issuerOf } from './unverified-issuer.ts';

export interface AuthOptions {
  /** Whose API keys are accepted. */
  readonly clients: ClientDirectory;
  /** Whose tokens are accepted: the local identity, a Cognito user pool, any OIDC issuer. */
  readonly issuers: readonly TokenIssuer[];
  /** What the caller may do. @throws FhirError 403 */
  readonly authorize: (caller: Caller, request: AccessRequest) => Access | Promise<Access>;
  /** Who sends this secret in `x-fwoa-owner` is this caller, without keys. */
  readonly owner?: { readonly secret: string; readonly caller: Caller } | undefined;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** How many tokens are remembered; default 10,000. Of pairs with a key, which take a kilobyte each, a tenth. */
  readonly remembered?: number | undefined;
}

/** A key and a token that were both right. */
interface KnownPair {
  /** Of the directory, when they were. */
  readonly revision: number;
  readonly until: number;
  readonly client: ClientSystem;
  readonly caller: Caller;
}

type TellClient = NonNullable<Parameters<AuthPort['authenticate']>[2]>;

const ANYONE: Caller = { id: 'anonymous', roles: [] };
/** `Bearer` in any case (RFC 9110, section 11.1), then the token (RFC 6750, section 2.1). */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * Two keys to get in: an API key names the client system, a token the user. A pair that has been let in is known again as it is: a signature
 * is verified once, and nothing is hashed at each request (5 µs, a tenth of a read). What was removed is refused all the same, as the
 * directory's revision then is another one.
 */
export function createAuth(options: AuthOptions): AuthPort {
  const { clients, authorize, owner, now = Date.now, remembered = 10_000 } = options;
  const issuers = new Map(options.issuers.map((issuer) => [issuer.issuer, issuer]));
  const pairs = createRecent<KnownPair>(remembered / 10);
  const tokens = createRecent<VerifiedToken>(remembered);

  function callerOf(pair: string, revision: number, client: ClientSystem, token: VerifiedToken): Caller {
    const user = token.user();
    if (user === undefined) throw tokenRefused('It has been revoked.');
    const { id, name, roles } = user;
    const caller: Caller = { id, name, roles, client: { id: client.id, name: client.name } };
    pairs.set(pair, { revision, until: token.rememberUntil, client, caller });
    return caller;
  }

  function verify(token: string): VerifiedToken | Promise<VerifiedToken> {
    const issuer = issuers.get(issuerOf(token) ?? '');
    if (issuer === undefined) throw tokenRefused('It is of an issuer that is not trusted here, or no JWT.');
    return issuer.verify(token);
  }

  function establish(
    { headers }: Credentials,
    pair: string,
    revision: number,
    at: number,
    tell: TellClient,
  ): Caller | Promise<Caller> {
    const client = admitClient(clients, headers, at, tell);
    if (headers.authorization === undefined) throw tokenMissing();
    const token = BEARER.exec(headers.authorization)?.[1];
    if (token === undefined) throw tokenMissing();
    const digest = sha256(token);
    const known = tokens.get(digest);
    if (known !== undefined && at < known.rememberUntil) return callerOf(pair, revision, client, known);
    const keep = (verified: VerifiedToken): Caller => {
      tokens.set(digest, verified);
      return callerOf(pair, revision, client, verified);
    };
    const verified = verify(token);
    return verified instanceof Promise ? verified.then(keep) : keep(verified);
  }

  return {
    authenticate(credentials, request, tell = () => undefined) {
      const { [OWNER_HEADER]: secret, [API_KEY_HEADER]: key, authorization } = credentials.headers;
      if (secret !== undefined) {
        if (owner === undefined || !equalSecrets(secret, owner.secret)) throw ownerRefused();
        return owner.caller;
      }
      if (request.name === 'capabilities') return ANYONE;
      const at = now();
      const revision = clients.revision();
      // No header holds a line feed: two pairs never make the same text.
      const pair = `${key}\n${authorization}`;
      const known = pairs.get(pair);
      if (known === undefined || known.revision !== revision || at >= known.until) {
        return establish(credentials, pair, revision, at, tell);
      }
      tell({ id: known.client.id, name: known.client.name });
      countUse(clients, known.client, at);
      return known.caller;
    },
    authorize,
  };
}
