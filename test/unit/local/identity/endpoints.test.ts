import { describe, expect, it } from 'vitest';
import { tooLarge } from '../../../../src/api/errors.ts';
import type { FhirRequest } from '../../../../src/api/http.ts';
import type { IdentityEvent } from '../../../../src/local/identity/endpoints/identity-endpoints.ts';
import { answerOf, type Fixture, FORM, ISSUER, openFixture, PASSWORD, refusal, request } from './identity-fixture.ts';

const SIGN_IN = { grant_type: 'password', username: 'ward.nurse', password: PASSWORD };

const signIn = ({ post }: Fixture, form: Readonly<Record<string, string>> = {}) =>
  post('/oauth2/token', { ...SIGN_IN, ...form });
const refresh = ({ post }: Fixture, token: unknown) =>
  post('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(token) });

describe('POST /oauth2/token', () => {
  it('gives tokens for a password, which no one keeps', async () => {
    const fixture = await openFixture();
    const { status, headers, json } = await signIn(fixture);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    expect(json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'fhir',
    });
    expect((await fixture.with(String(json.access_token))).name).toBe('ward.nurse');
  });

  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['a wrong password', { password: `${PASSWORD}!` }, 400, 'invalid_grant'],
    ['a user that is not there', { username: 'nobody' }, 400, 'invalid_grant'],
    ['no password', { password: '' }, 400, 'invalid_request'],
    ['no user name', { username: '' }, 400, 'invalid_request'],
    ['no grant type', { grant_type: '' }, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    ['another client_id', { client_id: 'other' }, 400, 'invalid_client'],
    ['the right client_id', { client_id: 'fwoa-local' }, 200, ''],
    ['the name in capitals', { username: 'Ward.Nurse' }, 200, ''],
  ])('answers %s', async (_what, form, status, error) => {
    const answer = await signIn(await openFixture(), form);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.json).toEqual({ error, error_description: expect.any(String) });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.stringify(answer)).not.toContain(PASSWORD);
  });

  it('tells no difference between a wrong password and a user that is not there', async () => {
    const fixture = await openFixture();
    expect(await signIn(fixture, { password: 'wrong password' })).toEqual(
      await signIn(fixture, { username: 'nobody' }),
    );
  });

  it.each<{
    what: string;
    change: Partial<FhirRequest>;
    headers?: FhirRequest['headers'];
    body?: string;
    status: number;
    error: string;
  }>([
    { what: 'no API key', change: {}, headers: { 'x-api-key': undefined }, status: 401, error: 'invalid_client' },
    { what: 'a wrong API key', change: {}, headers: { 'x-api-key': 'fwoa_no' }, status: 401, error: 'invalid_client' },
    { what: 'GET', change: { method: 'GET' }, status: 405, error: 'invalid_request' },
    {
      what: 'JSON',
      change: {},
      headers: { 'content-type': 'application/json' },
      status: 400,
      error: 'invalid_request',
    },
    {
      what: 'no content type',
      change: {},
      headers: { 'content-type': undefined },
      status: 400,
      error: 'invalid_request',
    },
    {
      what: 'a parameter twice',
      change: {},
      body: 'grant_type=password&username=a&username=b&password=c',
      status: 400,
      error: 'invalid_request',
    },
    {
      what: 'what is no UTF-8',
      change: { body: async () => Uint8Array.of(0xff) },
      status: 400,
      error: 'invalid_request',
    },
    {
      what: 'too much',
      change: { body: (limit) => Promise.reject(tooLarge(limit)) },
      status: 413,
      error: 'invalid_request',
    },
  ])('refuses $what', async ({ change, headers, body = new URLSearchParams(SIGN_IN).toString(), status, error }) => {
    const { identity, apiKey } = await openFixture();
    const sent = { 'x-api-key': apiKey, 'content-type': `${FORM}; charset=UTF-8`, ...headers };
    const answer = answerOf(await identity.endpoints({ ...request('POST', '/oauth2/token', sent, body), ...change }));
    expect(answer).toMatchObject({ status, json: { error } });
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^ApiKey /);
    if (status === 405) expect(answer.headers.allow).toBe('POST');
  });

  it("counts as a request of the client system's rate", async () => {
    const { identity } = await openFixture();
    const { apiKey } = await identity.admin.addClient({ name: 'slow', rate: { perSecond: 1, burst: 1 } });
    const sent = { 'x-api-key': apiKey, 'content-type': FORM };
    const ask = async () => answerOf(await identity.endpoints(request('POST', '/oauth2/token', sent, 'grant_type=x')));
    expect((await ask()).status).toBe(400);
    expect(await ask()).toMatchObject({
      status: 429,
      json: { error: 'temporarily_unavailable' },
      headers: { 'retry-after': '1' },
    });
  });

  it('does not hash for everyone at once: who comes beyond the queue is sent away', async () => {
    const fixture = await openFixture();
    const guesses = Array.from({ length: 40 }, (_, n) => signIn(fixture, { username: `user${n}` }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([400, 503]));
  });
});

describe('a refresh token', () => {
  it('gives another pair, once', async () => {
    const fixture = await openFixture();
    const first = await signIn(fixture);
    fixture.clock.pass(5000);
    const second = await refresh(fixture, first.json.refresh_token);
    expect(second.status).toBe(200);
    expect(second.json.refresh_token).not.toBe(first.json.refresh_token);
    expect((await fixture.with(String(second.json.access_token))).name).toBe('ward.nurse');
  });

  it('that is used again revokes all that came of its sign-in, and nothing else', async () => {
    const fixture = await openFixture();
    const [first, other] = [await signIn(fixture), await signIn(fixture)];
    const second = await refresh(fixture, first.json.refresh_token);
    await fixture.with(String(second.json.access_token));
    expect(await refresh(fixture, first.json.refresh_token)).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
    expect(await refresh(fixture, second.json.refresh_token)).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
    for (const { json } of [first, second]) {
      expect(await refusal(fixture.with(String(json.access_token)))).toMatchObject({ status: 401 });
    }
    expect((await fixture.with(String(other.json.access_token))).name).toBe('ward.nurse');
    expect((await refresh(fixture, other.json.refresh_token)).status).toBe(200);
  });

  it('lasts 30 days from the sign-in, however often it was used', async () => {
    const fixture = await openFixture();
    let { json } = await signIn(fixture);
    for (let day = 0; day < 29; day++) {
      fixture.clock.pass(24 * 3600_000);
      json = (await refresh(fixture, json.refresh_token)).json;
    }
    fixture.clock.pass(24 * 3600_000);
    expect(await refresh(fixture, json.refresh_token)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  });

  it.each<[string, (fixture: Fixture) => Promise<void>]>([
    ['was removed', (fixture) => fixture.another().admin.removeUser('ward.nurse')],
    ['has another password', (fixture) => fixture.another().admin.setPassword('ward.nurse', 'another horse battery')],
  ])('of a user who %s is refused', async (_what, change) => {
    const fixture = await openFixture();
    const { json } = await signIn(fixture);
    await change(fixture);
    expect((await refresh(fixture, json.refresh_token)).status).toBe(400);
  });

  it.each(['', 'x'.repeat(43)])('that is %j is refused', async (token) => {
    expect((await refresh(await openFixture(), token)).status).toBe(400);
  });
});

describe('POST /oauth2/revoke', () => {
  it('ends the session: its refresh token and its access tokens are refused', async () => {
    const fixture = await openFixture();
    const { json } = await signIn(fixture);
    await fixture.with(String(json.access_token));
    expect(await fixture.post('/oauth2/revoke', { token: String(json.refresh_token) })).toMatchObject({ status: 200 });
    expect((await refresh(fixture, json.refresh_token)).status).toBe(400);
    expect((await refusal(fixture.with(String(json.access_token)))).status).toBe(401);
  });

  it.each<{ what: string; form: Readonly<Record<string, string>>; status: number }>([
    { what: 'a token that is not known', form: { token: 'unknown' }, status: 200 },
    { what: 'no token', form: {}, status: 400 },
  ])('answers $what with $status', async ({ form, status }) => {
    expect((await (await openFixture()).post('/oauth2/revoke', form)).status).toBe(status);
  });

  it('wants an API key', async () => {
    const fixture = await openFixture();
    expect((await fixture.post('/oauth2/revoke', { token: 'x' }, { 'x-api-key': '' })).status).toBe(401);
  });
});

describe('the open documents', () => {
  it('are found one from the other, without a key', async () => {
    const { identity } = await openFixture();
    const get = async (url: string) => answerOf(await identity.endpoints(request('GET', url)));
    const discovery = await get('/.well-known/openid-configuration');
    expect(discovery).toMatchObject({
      status: 200,
      json: {
        issuer: ISSUER,
        jwks_uri: `${ISSUER}/.well-known/jwks.json`,
        token_endpoint: `${ISSUER}/oauth2/token`,
        id_token_signing_alg_values_supported: ['ES256'],
      },
    });
    const jwks = await get(new URL(String(discovery.json.jwks_uri)).pathname);
    expect(jwks.json.keys).toHaveLength(1);
    expect(jwks.headers['cache-control']).toBe('public, max-age=300');
  });

  it('have a HEAD with the length of the GET, and no other methods', async () => {
    const { identity } = await openFixture();
    const [get, head, put] = await Promise.all(
      ['GET', 'HEAD', 'PUT'].map((method) => identity.endpoints(request(method, '/.well-known/jwks.json'))),
    );
    expect(head).toMatchObject({
      status: 200,
      headers: { 'content-length': String(Buffer.from(get?.body as Uint8Array).length) },
    });
    expect(head?.body).toBeUndefined();
    expect(put?.status).toBe(405);
  });
});

it('the paths are below the base URL, and no others are its', async () => {
  const { identity } = await openFixture({ issuer: 'https://fhir.example.org/r4/' });
  expect(identity.issuer).toBe('https://fhir.example.org/r4');
  const asked = [
    '/r4/.well-known/jwks.json',
    '/.well-known/jwks.json?x=1',
    'https://fhir.example.org/r4/.well-known/jwks.json',
  ];
  for (const url of asked) expect((await identity.endpoints(request('GET', url)))?.status).toBe(200);
  const others = [
    '/',
    '/Patient',
    '/.well-known/jwks.json/',
    '/.well-known/smart-configuration',
    '/oauth2',
    '/x/oauth2/token',
  ];
  for (const url of others) expect(identity.endpoints(request('GET', url))).toBeUndefined();
});

describe('for the audit, what happens over HTTP', () => {
  it('is told, with who it was, and nothing that was typed', async () => {
    const events: IdentityEvent[] = [];
    const fixture = await openFixture({ onEvent: (event) => void events.push(event) });
    const { json } = await signIn(fixture);
    await signIn(fixture, { password: 'wrong password' });
    await signIn(fixture, { username: 'my password, by mistake' });
    await refresh(fixture, json.refresh_token);
    await fixture.post('/oauth2/revoke', { token: 'x' }, { 'x-api-key': 'wrong' });
    const rows = events.map(({ name, status, user, client }) => [name, status, user?.name, client?.name]);
    expect(rows).toEqual([
      ['sign-in', 200, 'ward.nurse', 'test'],
      ['sign-in', 400, 'ward.nurse', 'test'],
      ['sign-in', 400, undefined, 'test'],
      ['refresh', 200, 'ward.nurse', 'test'],
      ['revoke', 401, undefined, undefined],
    ]);
    for (const secret of ['wrong password', 'by mistake', PASSWORD, String(json.refresh_token)]) {
      expect(JSON.stringify(events)).not.toContain(secret);
    }
  });

  it('fails when it cannot be told', async () => {
    const reported: unknown[] = [];
    const failure = new Error('disk full');
    const fixture = await openFixture({
      onEvent: () => Promise.reject(failure),
      report: (error) => void reported.push(error),
    });
    const answer = await signIn(fixture);
    expect(answer).toMatchObject({ status: 500, json: { error: 'server_error' } });
    expect(answer.json).not.toHaveProperty('access_token');
    expect(reported).toEqual([failure]);
  });
});
