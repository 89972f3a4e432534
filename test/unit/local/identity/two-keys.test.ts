import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAuth } from '../../../../src/auth/create-auth.ts';
import { sha256 } from '../../../../src/auth/digest.ts';
import { openIdentityDatabase } from '../../../../src/local/identity/identity-database.ts';
import { answerOf, type Fixture, ISSUER, openFixture, PASSWORD, refusal, request } from './identity-fixture.ts';

type Claims = Readonly<Record<string, unknown>>;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(token: string): { header: Claims; payload: Claims; signature: string } {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const parse = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims;
  return { header: parse(header), payload: parse(payload), signature };
}

function signed(header: Claims, payload: Claims, key: KeyObject): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

async function signIn({ identity }: Fixture) {
  return identity.admin.token({ name: 'ward.nurse', password: PASSWORD });
}

async function publicKeys({ identity }: Fixture): Promise<readonly JsonWebKey[]> {
  const { json } = answerOf(await identity.endpoints(request('GET', '/.well-known/jwks.json')));
  return json.keys as readonly JsonWebKey[];
}

describe('who has both keys', () => {
  it('is the user, with the roles of the database and the client system', async () => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    const caller = await fixture.with(accessToken);
    expect(caller).toMatchObject({ name: 'ward.nurse', roles: ['practitioner'], client: { name: 'test' } });
    expect(await fixture.with(accessToken)).toBe(caller);
    expect(await fixture.ask({ 'x-api-key': fixture.apiKey, authorization: `bearer  ${accessToken}` })).toEqual(caller);
  });

  it.each(['ES256', 'RS256'] as const)('has a token that is signed with %s', async (algorithm) => {
    const fixture = await openFixture({ algorithm });
    const { accessToken } = await signIn(fixture);
    expect(decode(accessToken).header).toEqual({ alg: algorithm, kid: expect.any(String) });
    expect((await fixture.with(accessToken)).name).toBe('ward.nurse');
  });

  it('needs neither for the capability statement', async () => {
    const { auth } = await openFixture();
    const caller = auth.authenticate({ method: 'GET', url: '/metadata', headers: {} }, { name: 'capabilities' });
    expect(caller).toEqual({ id: 'anonymous', roles: [] });
  });
});

describe('the API key', () => {
  it.each([
    { what: 'is missing', key: undefined, says: 'There is no API key' },
    { what: 'is empty', key: '', says: 'There is no API key' },
    { what: 'is a wrong one', key: `fwoa_${'A'.repeat(43)}`, says: 'is not known here' },
    { what: 'is there twice', key: 'twice', says: 'is not known here' },
    { what: 'is the hash of the key', key: 'hash', says: 'is not known here' },
  ])('$what: 401', async ({ key, says }) => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    const sent =
      key === 'twice' ? `${fixture.apiKey}, ${fixture.apiKey}` : key === 'hash' ? sha256(fixture.apiKey) : key;
    const error = await refusal(fixture.ask({ 'x-api-key': sent, authorization: `Bearer ${accessToken}` }));
    expect(error).toMatchObject({ status: 401, code: 'login', message: expect.stringContaining(says) });
    expect(error.headers['www-authenticate']).toMatch(/^ApiKey /);
    if (sent) expect(error.message).not.toContain(sent);
  });

  it('is told before the token: a token alone opens nothing', async () => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    expect((await refusal(fixture.ask({ authorization: `Bearer ${accessToken}` }))).message).toContain('API key');
  });

  it('of a client system that another process removed is refused at once, for what is remembered too', async () => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    await fixture.with(accessToken);
    await fixture.another().admin.removeClient('TEST');
    expect(await refusal(fixture.with(accessToken))).toMatchObject({
      status: 401,
      message: expect.stringContaining('API key'),
    });
  });

  it('of a client system that another process added is accepted at once', async () => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    await fixture.with(accessToken);
    const { apiKey } = await fixture.another().admin.addClient({ name: 'lab' });
    expect((await fixture.ask({ 'x-api-key': apiKey, authorization: `Bearer ${accessToken}` })).client?.name).toBe(
      'lab',
    );
  });
});

/** What is made of a good token, by name. Each must be refused. */
const attacks: Readonly<Record<string, (token: string, fixture: Fixture) => string | Promise<string>>> = {
  'is no JWT': () => 'abc',
  'is a JWT without a signature': (token) => token.split('.').slice(0, 2).join('.'),
  'has an empty signature': (token) => `${token.split('.').slice(0, 2).join('.')}.`,
  'says alg none': (token) => `${part({ alg: 'none' })}.${token.split('.')[1]}.`,
  'says alg none, with its signature': (token) =>
    `${part({ ...decode(token).header, alg: 'none' })}.${token.split('.').slice(1).join('.')}`,
  'has another role written in': (token) => {
    const { payload } = decode(token);
    const [header, , signature] = token.split('.');
    return `${header}.${part({ ...payload, 'cognito:groups': ['admin'] })}.${signature}`;
  },
  'has a later expiry written in': (token) => {
    const { payload } = decode(token);
    const [header, , signature] = token.split('.');
    return `${header}.${part({ ...payload, exp: 9_999_999_999 })}.${signature}`;
  },
  'has a bit of the signature changed': (token) => {
    const { signature } = decode(token);
    const bytes = Buffer.from(signature, 'base64url');
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    return `${token.split('.').slice(0, 2).join('.')}.${bytes.toString('base64url')}`;
  },
  'is signed with the public key as a secret (HS256)': async (token, fixture) => {
    const [jwk] = await publicKeys(fixture);
    const pem = createPublicKey({ key: jwk ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const { header, payload } = decode(token);
    const input = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
    return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
  },
  "is signed with a stranger's key under the kid of ours": (token) => {
    const { header, payload } = decode(token);
    return signed(header, payload, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  },
  'brings its own key along': (token) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { header, payload } = decode(token);
    return signed({ ...header, kid: 'mine', jwk: publicKey.export({ format: 'jwk' }) }, payload, privateKey);
  },
  'has no kid': (token) => {
    const { header, payload } = decode(token);
    return signed({ alg: header.alg }, payload, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  },
  'is of the identity of another folder': async () => (await signIn(await openFixture())).accessToken,
  'is of another issuer': async () =>
    (await signIn(await openFixture({ issuer: 'http://127.0.0.1:9090' }))).accessToken,
  'is the refresh token': async (_token, fixture) => (await signIn(fixture)).refreshToken,
};

describe('an access token that', () => {
  it.each(Object.entries(attacks))('%s: 401', async (_what, attack) => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    const forged = await attack(accessToken, fixture);
    // Before and after the good one was seen: what is remembered opens nothing else.
    for (const good of [undefined, accessToken]) {
      if (good !== undefined) await fixture.with(good);
      const error = await refusal(fixture.with(forged));
      expect(error).toMatchObject({ status: 401, code: 'login' });
      expect(error.headers['www-authenticate']).toMatch(/^Bearer /);
      expect(error.message + JSON.stringify(error.headers)).not.toContain(forged.slice(-20) || forged);
    }
  });

  it.each([
    { what: 'missing', authorization: undefined },
    { what: 'of another scheme', authorization: 'Basic d2FyZDpudXJzZQ==' },
    { what: 'empty', authorization: 'Bearer ' },
    { what: 'two tokens', authorization: 'Bearer a.b.c, Bearer d.e.f' },
  ])('is $what: 401 without an error code', async ({ authorization }) => {
    const fixture = await openFixture();
    const error = await refusal(fixture.ask({ 'x-api-key': fixture.apiKey, authorization }));
    expect(error).toMatchObject({ status: 401, code: 'login', headers: { 'www-authenticate': 'Bearer realm="fhir"' } });
  });

  it('has expired is told so, also when it was remembered', async () => {
    const fixture = await openFixture();
    const { accessToken, expiresIn } = await signIn(fixture);
    expect(expiresIn).toBe(3600);
    await fixture.with(accessToken);
    fixture.clock.pass(3599_000 - 1000);
    await fixture.with(accessToken);
    fixture.clock.pass(2000);
    const error = await refusal(fixture.with(accessToken));
    expect(error).toMatchObject({ status: 401, code: 'expired' });
    expect(error.headers['www-authenticate']).toBe(
      'Bearer realm="fhir", error="invalid_token", error_description="It has expired."',
    );
  });

  it.each<[string, (fixture: Fixture) => Promise<void>]>([
    ['was removed by another process', (fixture) => fixture.another().admin.removeUser('ward.nurse')],
    [
      'was removed and added again',
      async (fixture) => {
        const { admin } = fixture.another();
        await admin.removeUser('ward.nurse');
        await admin.addUser({ name: 'ward.nurse', roles: ['practitioner'], password: PASSWORD });
      },
    ],
    ['has another password', (fixture) => fixture.another().admin.setPassword('ward.nurse', 'another horse battery')],
    ['was removed by this process', (fixture) => fixture.identity.admin.removeUser('ward.nurse')],
  ])('is of a user who %s: 401 at once, remembered or not', async (_what, change) => {
    const fixture = await openFixture();
    const [seen, unseen] = [await signIn(fixture), await signIn(fixture)];
    await fixture.with(seen.accessToken);
    await change(fixture);
    for (const { accessToken } of [seen, unseen]) {
      expect(await refusal(fixture.with(accessToken))).toMatchObject({
        status: 401,
        message: expect.stringContaining('revoked'),
      });
    }
  });

  it('is of a user whose roles were changed has the new ones at once', async () => {
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    await fixture.with(accessToken);
    const database = openIdentityDatabase(fixture.folder);
    database.exec(
      `UPDATE users SET roles = '["auditor"]'; UPDATE settings SET value = value + 1 WHERE name = 'revision'`,
    );
    database.close();
    expect((await fixture.with(accessToken)).roles).toEqual(['auditor']);
  });

  it('is verified once: a second time it is known, until something changes', async () => {
    let verified = 0;
    const fixture = await openFixture();
    const { accessToken } = await signIn(fixture);
    const { tokens, clients, admin } = fixture.identity;
    const counted = {
      issuer: tokens.issuer,
      verify(token: string) {
        verified += 1;
        return tokens.verify(token);
      },
    };
    const auth = createAuth({ clients, issuers: [counted], authorize: () => ({}), now: fixture.clock.now });
    const headers = { 'x-api-key': fixture.apiKey, authorization: `Bearer ${accessToken}` };
    const ask = () => auth.authenticate({ method: 'GET', url: '/', headers }, { name: 'read' });
    await ask();
    await ask();
    await admin.addUser({ name: 'other', roles: [], password: PASSWORD });
    await ask();
    expect(verified).toBe(1);
  });
});

describe('the owner of the folder', () => {
  const caller = { id: 'owner', roles: [] };
  const owner = { secret: 's'.repeat(43), caller };

  it('is known by the secret, without keys', async () => {
    const fixture = await openFixture({}, { owner });
    expect(await fixture.ask({ 'x-fwoa-owner': owner.secret })).toBe(caller);
  });

  it.each(['', 's', 's'.repeat(42), `${'s'.repeat(42)}t`])('is not known by %j', async (secret) => {
    const fixture = await openFixture({}, { owner });
    expect(await refusal(fixture.ask({ 'x-fwoa-owner': secret }))).toMatchObject({ status: 401 });
  });

  it('is no one where there is no secret', async () => {
    const fixture = await openFixture();
    expect(await refusal(fixture.ask({ 'x-fwoa-owner': '' }))).toMatchObject({ status: 401 });
  });
});

describe('signing keys', () => {
  const DAY = 24 * 3600_000;

  it('are rotated: the one before stays in the JWKS until its last token has expired', async () => {
    const fixture = await openFixture();
    const before = await signIn(fixture);
    fixture.another().rotateSigningKey();
    const after = await signIn(fixture);
    const kids = async () => (await publicKeys(fixture)).map(({ kid }) => kid);
    const [old, young] = [decode(before.accessToken).header.kid, decode(after.accessToken).header.kid];
    expect(old).not.toBe(young);
    expect(await kids()).toEqual([young, old]);
    await fixture.with(before.accessToken);
    await fixture.with(after.accessToken);
    fixture.clock.pass(3600_000);
    expect(await kids()).toEqual([young]);
  });

  it('are rotated by themselves when they are 90 days old', async () => {
    const fixture = await openFixture();
    const [{ kid: first } = {}] = await publicKeys(fixture);
    fixture.clock.pass(89 * DAY);
    expect(decode((await signIn(fixture)).accessToken).header.kid).toBe(first);
    fixture.clock.pass(DAY);
    const { accessToken } = await signIn(fixture);
    expect(decode(accessToken).header.kid).not.toBe(first);
    expect((await fixture.with(accessToken)).name).toBe('ward.nurse');
  });

  it('show nothing of their private half', async () => {
    for (const algorithm of ['ES256', 'RS256'] as const) {
      const [key = {}] = await publicKeys(await openFixture({ algorithm }));
      const members = algorithm === 'ES256' ? ['crv', 'x', 'y'] : ['n', 'e'];
      expect(Object.keys(key).sort()).toEqual(['kty', 'kid', 'alg', 'use', ...members].sort());
    }
  });
});

it('a token has the claims of an access token of Cognito', async () => {
  const fixture = await openFixture();
  const { payload } = decode((await signIn(fixture)).accessToken);
  const at = Math.floor(fixture.clock.now() / 1000);
  const id = expect.stringMatching(/^[\da-f-]{36}$/);
  expect(payload).toEqual({
    sub: id,
    'cognito:groups': ['practitioner'],
    iss: ISSUER,
    client_id: 'fwoa-local',
    origin_jti: id,
    token_use: 'access',
    scope: 'fhir',
    auth_time: at,
    iat: at,
    exp: at + 3600,
    jti: id,
    username: 'ward.nurse',
  });
});
