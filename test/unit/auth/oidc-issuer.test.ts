import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../src/auth/auth-port.ts';
import type { ClientSystem } from '../../../src/auth/client-directory.ts';
import { freshUsage } from '../../../src/auth/client-limits.ts';
import { createAuth } from '../../../src/auth/create-auth.ts';
import { createOidcIssuer, type OidcIssuerOptions } from '../../../src/auth/oidc-issuer.ts';
import type { FhirError } from '../../../src/fhir/operation-outcome.ts';

const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
const JWKS_URI = `${ISSUER}/.well-known/jwks.json`;
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;

type Claims = Readonly<Record<string, unknown>>;

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

function newKey(kid: string, kind: 'rsa' | 'ec' = 'rsa'): Key {
  const { privateKey, publicKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Without `alg`, as some issuers have them.
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' } };
}

function token(key: Key, claims: Claims, header: Claims = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const alg = key.privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  const input = `${part({ alg, kid: key.kid, ...header })}.${part(claims)}`;
  const hash = String(header.alg ?? alg).endsWith('512') ? 'sha512' : 'sha256';
  return `${input}.${sign(hash, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const key = newKey('k1');

/** Claims as those of a Cognito access token. */
function claims(now = Date.now()): Claims {
  const at = Math.floor(now / 1000);
  return {
    sub: 'aaaaaaaa-bbbb',
    iss: ISSUER,
    client_id: 'app',
    token_use: 'access',
    username: 'ann',
    'cognito:groups': ['practitioner', 'auditor'],
    iat: at,
    exp: at + 3600,
  };
}

/** An issuer whose documents are what a test says; counts how often each is fetched. */
function remote(options: Partial<OidcIssuerOptions> = {}, keys: () => readonly Key[] = () => [key]) {
  const fetched: string[] = [];
  const documents: Record<string, () => object> = {
    [DISCOVERY]: () => ({ issuer: ISSUER, jwks_uri: JWKS_URI }),
    [JWKS_URI]: () => ({ keys: keys().map(({ jwk }) => jwk) }),
  };
  const fetcher = {
    async fetch(uri: string): Promise<ArrayBuffer> {
      fetched.push(uri);
      const bytes = Buffer.from(JSON.stringify(documents[uri]?.() ?? {}));
      return new Uint8Array(bytes).buffer;
    },
  };
  const issuer = createOidcIssuer({ issuer: ISSUER, clientId: 'app', fetcher, ...options });
  const rate = { perSecond: 1e6, burst: 1e6 };
  const client: ClientSystem = { id: '1', name: 'lab', rate, usage: freshUsage(rate, 0) };
  const clients = { revision: () => 1, byKeyHash: () => client, used: () => undefined };
  const auth = createAuth({ clients, issuers: [issuer], authorize: () => ({}), now: options.now });
  const ask = async (text: string): Promise<Caller> => {
    const headers = { 'x-api-key': 'key', authorization: `Bearer ${text}` };
    return auth.authenticate({ method: 'GET', url: '/', headers }, { name: 'read' });
  };
  return { ask, fetched, documents };
}

async function refusal(promise: Promise<unknown>): Promise<FhirError> {
  return promise.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: FhirError) => error,
  );
}

describe('a token of another issuer', () => {
  it('is that of the user and the roles that it names', async () => {
    const { ask, fetched } = remote();
    const good = token(key, claims());
    const caller = await ask(good);
    expect(caller).toEqual({
      id: 'aaaaaaaa-bbbb',
      name: 'ann',
      roles: ['practitioner', 'auditor'],
      client: { id: '1', name: 'lab' },
    });
    expect(await ask(good)).toBe(caller);
    await ask(token(key, { ...claims(), jti: '2' }));
    expect(fetched).toEqual([DISCOVERY, JWKS_URI]);
  });

  it.each<{
    what: string;
    options: Partial<OidcIssuerOptions>;
    claims: Claims;
    header?: Claims;
    found: Partial<Caller>;
  }>([
    {
      what: 'roles in another claim, as a list',
      options: { rolesClaim: 'roles' },
      claims: { roles: ['auditor', 7] },
      found: { roles: ['auditor'] },
    },
    {
      what: 'roles in another claim, as a text',
      options: { rolesClaim: 'roles' },
      claims: { roles: 'a  b' },
      found: { roles: ['a', 'b'] },
    },
    { what: 'no roles', options: { rolesClaim: 'roles' }, claims: {}, found: { roles: [] } },
    { what: 'another name', options: { nameClaim: 'email' }, claims: { email: 'a@b' }, found: { name: 'a@b' } },
    {
      what: 'an audience',
      options: { clientId: undefined, audience: ['api', 'x'] },
      claims: { aud: ['api'] },
      found: {},
    },
    { what: 'azp for client_id', options: {}, claims: { client_id: undefined, azp: 'app' }, found: {} },
    { what: 'the type at+jwt', options: {}, claims: { token_use: undefined }, header: { typ: 'at+JWT' }, found: {} },
    {
      what: 'no stated use, where that is allowed',
      options: { tokenUse: 'unstated' },
      claims: { token_use: undefined },
      found: {},
    },
    { what: 'its keys elsewhere', options: { jwksUri: JWKS_URI }, claims: {}, found: { name: 'ann' } },
  ])('may have $what', async ({ options, claims: other, header, found }) => {
    expect(await remote(options).ask(token(key, { ...claims(), ...other }, header))).toMatchObject(found);
  });

  const HOUR = 3600;
  const now = Math.floor(Date.now() / 1000);
  it.each<{
    what: string;
    options?: Partial<OidcIssuerOptions>;
    claims?: Claims;
    header?: Claims;
    with?: Key;
    code?: string;
  }>([
    { what: 'of an issuer that is not configured', claims: { iss: 'https://evil.example' } },
    { what: 'without an issuer', claims: { iss: undefined } },
    { what: 'of a pool whose name begins like ours', claims: { iss: `${ISSUER}X` } },
    { what: 'made for another application', claims: { client_id: 'other' } },
    { what: 'made for no application', claims: { client_id: undefined } },
    { what: 'made for another audience', options: { audience: 'api' }, claims: { aud: 'other' } },
    { what: 'made for no audience', options: { audience: 'api' } },
    { what: 'an ID token', claims: { token_use: 'id', aud: 'app' } },
    { what: 'of no stated use', claims: { token_use: undefined } },
    {
      what: 'an ID token, where the use may be unstated',
      options: { tokenUse: 'unstated' },
      claims: { token_use: undefined, nonce: 'n' },
    },
    { what: 'expired', claims: { exp: now - 1 }, code: 'expired' },
    { what: 'without an expiry', claims: { exp: undefined } },
    { what: 'not valid yet', claims: { nbf: now + HOUR } },
    { what: 'without a user', claims: { sub: undefined } },
    { what: 'signed with a key that the issuer does not have', with: newKey('k2') },
    { what: 'signed with another key under the same kid', with: newKey('k1') },
    { what: 'signed with RS512', header: { alg: 'RS512' } },
    { what: 'that has critical header parameters', header: { crit: ['b64'], b64: false } },
    { what: 'without a kid', header: { kid: undefined } },
  ])('$what: 401', async ({ options, claims: other, header, with: signer = key, code = 'login' }) => {
    const error = await refusal(remote(options).ask(token(signer, { ...claims(), ...other }, header)));
    expect(error).toMatchObject({ status: 401, code });
    expect(error.headers['www-authenticate']).toMatch(
      /^Bearer realm="fhir", error="invalid_token", error_description="[^"\\]+"$/,
    );
    expect(error.message).not.toContain('aaaaaaaa');
  });
});

describe('the keys of another issuer', () => {
  it('are fetched again for one that is new', async () => {
    let keys = [key];
    const { ask, fetched } = remote({ jwksUri: JWKS_URI }, () => keys);
    await ask(token(key, claims()));
    const young = newKey('k2', 'ec');
    keys = [young, key];
    expect((await ask(token(young, claims()))).name).toBe('ann');
    expect(fetched).toHaveLength(2);
  });

  it('are not fetched again and again for those that are none', async () => {
    const { ask, fetched } = remote({ jwksUri: JWKS_URI });
    const stranger = newKey('k9', 'ec');
    for (let time = 0; time < 5; time++) await refusal(ask(token(stranger, { ...claims(), jti: time })));
    expect(fetched.length).toBeLessThanOrEqual(2);
  });

  it('hold no longer than an hour when the issuer has withdrawn them', async () => {
    let keys = [key];
    let time = Date.now();
    const { ask } = remote({ jwksUri: JWKS_URI, now: () => time }, () => keys);
    const good = token(key, { ...claims(), exp: Math.floor(time / 1000) + 10 * 3600 });
    await ask(good);
    keys = [newKey('k2')];
    time += 3600_000;
    expect((await refusal(ask(good))).status).toBe(401);
  });

  it('hold when the issuer is away for an hour, not for ever', async () => {
    let time = Date.now();
    const { ask, documents } = remote({ jwksUri: JWKS_URI, now: () => time });
    const good = token(key, { ...claims(), exp: Math.floor(time / 1000) + 100 * 3600 });
    await ask(good);
    documents[JWKS_URI] = () => ({});
    time += 2 * 3600_000;
    expect((await ask(good)).name).toBe('ann');
    time += 24 * 3600_000;
    expect(await refusal(ask(good))).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
  });

  it.each<{ what: string; document: object }>([
    { what: 'names another issuer', document: { issuer: 'https://evil.example', jwks_uri: JWKS_URI } },
    { what: 'has its keys without TLS', document: { issuer: ISSUER, jwks_uri: 'http://evil.example/jwks.json' } },
    { what: 'is no object', document: [] },
  ])('are not to be had where the discovery document $what', async ({ document }) => {
    const { ask, documents } = remote();
    documents[DISCOVERY] = () => document;
    expect((await refusal(ask(token(key, claims())))).status).toBe(503);
  });
});

it('an issuer without audience and clientId is not accepted: it would let in the tokens of all its applications', () => {
  expect(() => createOidcIssuer({ issuer: ISSUER })).toThrow(TypeError);
  expect(() => createOidcIssuer({ issuer: ISSUER, audience: [] })).toThrow(TypeError);
});
