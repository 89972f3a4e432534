import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawClient, statuses } from '../unit/local/transport/raw-client.ts';
import { type Parts, partsOf, stolenKey } from './walk-forger.ts';
import { FORGERIES, stating } from './walk-forgeries.ts';
import { TRICKY_PATHS } from './walk-paths.ts';
import { SMUGGLINGS } from './walk-smuggling.ts';
import { type Answer, type Headers, type Question, startVictim, type Victim } from './walk-victim.ts';

/** What no answer to an attack has in it, nor anything that the server writes on its way. */
const SECRET_NAME = 'Zzyzxwick';
const PASSWORD = 'the-password-of-the-attacked';
const WRONG_PASSWORD = 'a-password-that-is-wrong-here';

const PATIENT = '/Patient/1';
const FHIR_BODY = { 'content-type': 'application/fhir+json' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let victim: Victim;
/** A client system without a limit that matters, and a user who may do everything. */
let key: string;
let token: string;
let parts: Parts;
const planted = new Set<string>([SECRET_NAME, PASSWORD, WRONG_PASSWORD]);

/** Notes what must not come out. What is short may be somewhere by chance. */
function secret(value: string): string {
  if (value.length > 20) planted.add(value);
  return value;
}

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

async function signIn(user: string, password = PASSWORD): Promise<Tokens> {
  const answer = await tokenEndpoint({ grant_type: 'password', username: user, password });
  expect(answer.status).toBe(200);
  return tokensOf(answer);
}

function tokensOf({ body }: Answer): Tokens {
  const { access_token: access, refresh_token: refresh } = JSON.parse(body) as Record<string, string>;
  return { access: secret(String(access)), refresh: secret(String(refresh)) };
}

function tokenEndpoint(form: Record<string, string>, headers: Headers = { 'x-api-key': key }): Promise<Answer> {
  const body = new URLSearchParams(form).toString();
  return victim.ask({ method: 'POST', target: '/oauth2/token', headers: { ...FORM, ...headers }, body });
}

async function newUser(name: string): Promise<Tokens> {
  await victim.fwoa(`add-user ${name} --role practitioner`, PASSWORD);
  return signIn(name);
}

const keys = (bearer = token, apiKey = key) => ({ 'x-api-key': apiKey, authorization: `Bearer ${bearer}` });

/** Reads the patient. */
const read = (headers: Headers, target = PATIENT) => victim.ask({ target, headers });

/** Says why by an OperationOutcome, and nothing of what is to be protected. */
function expectRefused(answer: Answer, status: number, code?: string): void {
  expect({ status: answer.status, bytes: answer.bytes }).toMatchObject({ status });
  expect(statuses(answer.bytes)).toEqual([status]);
  const outcome = JSON.parse(answer.body) as { resourceType?: string; issue?: readonly { code: string }[] };
  expect(outcome).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
  if (code !== undefined) expect(outcome.issue?.[0]?.code).toBe(code);
  expectNothingTold(answer);
}

function expectNothingTold({ bytes }: Answer): void {
  for (const value of planted) expect(bytes).not.toContain(value);
}

function expectTokenRefused(answer: Answer): void {
  expectRefused(answer, 401);
  expect(answer.headers['www-authenticate']).toMatch(
    /^Bearer realm="fhir", error="invalid_token", error_description="[^"\\]+"$/,
  );
}

beforeAll(async () => {
  victim = await startVictim();
  secret(victim.apiKey);
  secret(victim.ownerSecret);
  key = secret(await victim.fwoa('add-client attacked --rate 10000 --burst 10000'));
  ({ access: token } = await newUser('ada'));
  parts = partsOf(token);
  planted.add(parts.signature);
  const body = JSON.stringify({ resourceType: 'Patient', id: '1', name: [{ family: SECRET_NAME }] });
  const put = await victim.ask({ method: 'PUT', target: PATIENT, headers: { ...keys(), ...FHIR_BODY }, body });
  expect(put.status).toBe(201);
});

afterAll(() => victim.close());

it('whoever has both keys gets in: what follows is refused for what is wrong in it', async () => {
  const answer = await read(keys());
  expect(answer.status).toBe(200);
  expect(answer.body).toContain(SECRET_NAME);
});

describe('an API key', () => {
  it.each<[name: string, headers: () => Headers]>([
    ['that is not there', () => ({ authorization: `Bearer ${token}` })],
    ['without a value', () => keys(token, '')],
    ['of no one', () => keys(token, secret(`fwoa_${'A'.repeat(43)}`))],
    ['cut short', () => keys(token, key.slice(0, -1))],
    ['with more at its end', () => keys(token, `${key}A`)],
    ['in lower case', () => keys(token, secret(key.toLowerCase()))],
    ['as it is stored', () => keys(token, createHash('sha256').update(key).digest('base64url'))],
    ['as it is stored, in hexadecimal', () => keys(token, createHash('sha256').update(key).digest('hex'))],
    ['that is a token', () => keys(token, token)],
    ['twice in one header', () => keys(token, `${key}, ${key}`)],
    ['in another header', () => ({ 'api-key': key, authorization: `Bearer ${token}` })],
    ['in the place of the token', () => ({ authorization: `Bearer ${key}` })],
  ])('%s is refused', async (_, headers) => {
    const answer = await read(headers());
    expectRefused(answer, 401, 'login');
    expect(answer.headers['www-authenticate']).toBe('ApiKey realm="fhir", header="x-api-key"');
  });

  it('in the URL is none', async () => {
    expectRefused(await read({ authorization: `Bearer ${token}` }, `${PATIENT}?x-api-key=${key}`), 401);
  });

  it('of a client system that is removed while the server runs is refused at once', async () => {
    const removed = secret(await victim.fwoa('add-client leaving'));
    expect((await read(keys(token, removed))).status).toBe(200);
    await victim.fwoa('remove-client leaving --yes');
    const at = performance.now();
    expectRefused(await read(keys(token, removed)), 401, 'login');
    expect(performance.now() - at).toBeLessThan(1000);
    const form = { grant_type: 'password', username: 'ada', password: PASSWORD };
    expect((await tokenEndpoint(form, { 'x-api-key': removed })).status).toBe(401);
  });

  it('with limits is refused beyond them, with when to come back', async () => {
    const limited = secret(await victim.fwoa('add-client limited --quota 2/day'));
    expect((await read(keys(token, limited))).status).toBe(200);
    expect((await read(keys(token, limited))).status).toBe(200);
    const answer = await read(keys(token, limited));
    expectRefused(answer, 429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe("the owner's secret", () => {
  it.each<[name: string, value: () => string]>([
    ['that is wrong', () => 'A'.repeat(victim.ownerSecret.length)],
    ['without a value', () => ''],
    ['cut short', () => victim.ownerSecret.slice(0, -1)],
    ['of the type Bearer', () => `Bearer ${victim.ownerSecret}`],
  ])('%s is refused, also with both keys beside it', async (_, value) => {
    expectRefused(await read({ 'x-fwoa-owner': value() }), 401, 'login');
    expectRefused(await read({ 'x-fwoa-owner': value(), ...keys() }), 401, 'login');
  });
});

describe('a token', () => {
  const given = () => ({ parts, key: stolenKey(victim.folder) });

  it('as it is forged here gets in when nothing is wrong in it', async () => {
    expect((await read(keys(secret(stating(given(), {}))))).status).toBe(200);
  });

  it.each<[name: string, headers: () => Headers]>([
    ['is not there', () => ({ 'x-api-key': key })],
    ['has no value', () => ({ 'x-api-key': key, authorization: 'Bearer ' })],
    ['is a password', () => ({ 'x-api-key': key, authorization: `Basic ${btoa(`ada:${PASSWORD}`)}` })],
    ['has no scheme', () => ({ 'x-api-key': key, authorization: token })],
    ['is of another scheme', () => ({ 'x-api-key': key, authorization: `DPoP ${token}` })],
    ['is one of two', () => ({ 'x-api-key': key, authorization: `Bearer ${token}, Bearer ${token}` })],
    ['is a cookie', () => ({ 'x-api-key': key, cookie: `access_token=${token}` })],
  ])('that %s is missing', async (_, headers) => {
    const answer = await read(headers());
    expectRefused(answer, 401, 'login');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="fhir"');
  });

  it('in the URL is none', async () => {
    expectRefused(await read({ 'x-api-key': key }, `${PATIENT}?access_token=${token}`), 401);
  });

  it.each(FORGERIES)('%s is refused', async (_, forge) => {
    expectTokenRefused(await read(keys(secret(forge(given())))));
  });

  it('holds as long as it says, and no longer, though it has been used', async () => {
    writeFileSync(join(victim.folder, 'short.json'), '{"auth":{"tokenLifetime":"1s"}}');
    const short = secret(await victim.fwoa('token --user ada --config short.json', PASSWORD));
    const { exp } = partsOf(short).claims;
    let answer = await read(keys(short));
    let asked = Date.now();
    while (answer.status === 200) {
      expect(asked).toBeLessThan(Number(exp) * 1000 + 1000);
      asked = Date.now();
      answer = await read(keys(short));
    }
    expectTokenRefused(answer);
    expectRefused(answer, 401, 'expired');
  });

  it('of a user who is removed is refused at once, and of another one of the same name', async () => {
    const { access, refresh } = await newUser('leaving');
    expect((await read(keys(access))).status).toBe(200);
    await victim.fwoa('remove-user leaving --yes');
    expectTokenRefused(await read(keys(access)));
    expect((await tokenEndpoint({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
    await newUser('leaving');
    expectTokenRefused(await read(keys(access)));
    expect((await tokenEndpoint({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
  });

  it('of a user whose password has changed is refused at once, and the old password too', async () => {
    const { access, refresh } = await newUser('changing');
    expect((await read(keys(access))).status).toBe(200);
    await victim.fwoa('set-password changing', secret('another-password-of-the-attacked'));
    expectTokenRefused(await read(keys(access)));
    expect((await tokenEndpoint({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
    const old = { grant_type: 'password', username: 'changing', password: PASSWORD };
    expect((await tokenEndpoint(old)).status).toBe(400);
  });
});

describe('a token that holds longer than this server makes them', () => {
  let strict: Victim;
  beforeAll(async () => {
    strict = await startVictim({ auth: { tokenLifetime: '1s' } });
    writeFileSync(join(strict.folder, 'long.json'), '{"auth":{"tokenLifetime":"1d"}}');
  });
  afterAll(() => strict.close());

  // The server forgets who signed out once its own tokens of that time have expired.
  it('stays refused when its user has another password, whatever else changes', async () => {
    await strict.fwoa('add-user eve --role practitioner', PASSWORD);
    const access = await strict.fwoa('token --user eve --config long.json', PASSWORD);
    const ask = async () =>
      (await strict.ask({ target: PATIENT, headers: keys(access, strict.apiKey) })).headers['www-authenticate'];
    await strict.fwoa('set-password eve', 'another-password-of-the-attacked');
    const at = performance.now();
    expect(await ask()).toContain('invalid_token');
    for (let i = 0; performance.now() - at < 2000; i++) {
      await strict.fwoa(`add-client other-${i}`);
      expect(await ask()).toContain('invalid_token');
    }
  });
});

describe('the token endpoint', () => {
  function expectOAuthError(answer: Answer, status: number, error: string): void {
    expect({ status: answer.status, ...JSON.parse(answer.body) }).toMatchObject({ status, error });
    expect(answer.headers['cache-control']).toBe('no-store');
    expectNothingTold(answer);
  }

  it('ends the family of a refresh token that comes twice', async () => {
    const first = await newUser('replayed');
    const second = tokensOf(await tokenEndpoint({ grant_type: 'refresh_token', refresh_token: first.refresh }));
    expect((await read(keys(second.access))).status).toBe(200);
    const replayed = await tokenEndpoint({ grant_type: 'refresh_token', refresh_token: first.refresh });
    expectOAuthError(replayed, 400, 'invalid_grant');
    const next = await tokenEndpoint({ grant_type: 'refresh_token', refresh_token: second.refresh });
    expectOAuthError(next, 400, 'invalid_grant');
    for (const { access } of [first, second]) expectTokenRefused(await read(keys(access)));
    expect((await read(keys((await signIn('replayed')).access))).status).toBe(200);
  });

  it('lets one of many through who come with the same refresh token at once', async () => {
    const { refresh } = await newUser('raced');
    const form = { grant_type: 'refresh_token', refresh_token: refresh };
    const answers = await Promise.all(Array.from({ length: 8 }, () => tokenEndpoint(form)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)]);
    const won = answers.filter(({ status }) => status === 200).map(tokensOf);
    for (const { access } of won) expectTokenRefused(await read(keys(access)));
  });

  it('takes no token for another', async () => {
    const { access, refresh } = await newUser('confused');
    expectTokenRefused(await read(keys(refresh)));
    const form = { grant_type: 'refresh_token', refresh_token: access };
    expectOAuthError(await tokenEndpoint(form), 400, 'invalid_grant');
  });

  it('says the same of a wrong password and of no user', async () => {
    const wrong = { grant_type: 'password', username: 'ada', password: WRONG_PASSWORD };
    const [one, other] = [await tokenEndpoint(wrong), await tokenEndpoint({ ...wrong, username: 'nobody' })];
    expectOAuthError(one, 400, 'invalid_grant');
    expect(other.body).toBe(one.body);
  });

  it.each<[name: string, form: Record<string, string>, headers: () => Headers, status: number, error: string]>([
    ['without an API key', { grant_type: 'password' }, () => ({}), 401, 'invalid_client'],
    ['with a wrong API key', { grant_type: 'password' }, () => ({ 'x-api-key': 'x' }), 401, 'invalid_client'],
    [
      'of another grant',
      { grant_type: 'client_credentials' },
      () => ({ 'x-api-key': key }),
      400,
      'unsupported_grant_type',
    ],
    [
      'whose name is a password',
      { grant_type: 'password', username: PASSWORD, password: WRONG_PASSWORD },
      () => ({ 'x-api-key': key }),
      400,
      'invalid_grant',
    ],
    [
      'of SQL',
      { grant_type: 'refresh_token', refresh_token: "' OR 1=1 --" },
      () => ({ 'x-api-key': key }),
      400,
      'invalid_grant',
    ],
    [
      'of 20 kB',
      { grant_type: 'password', username: 'x'.repeat(20_000), password: 'x' },
      () => ({ 'x-api-key': key }),
      413,
      'invalid_request',
    ],
  ])('refuses a form %s', async (_, form, headers, status, error) => {
    expectOAuthError(await tokenEndpoint(form, headers()), status, error);
  });

  it('takes no form in the URL', async () => {
    const target = `/oauth2/token?grant_type=password&username=ada&password=${PASSWORD}`;
    const empty = { method: 'POST', target, headers: { ...FORM, 'x-api-key': key }, body: '' };
    expectOAuthError(await victim.ask(empty), 400, 'invalid_request');
    expectOAuthError(await victim.ask({ ...empty, method: 'GET' }), 405, 'invalid_request');
  });
});

describe('a path without keys', () => {
  it.each(TRICKY_PATHS)('%s is not served', async (target) => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await victim.ask({ method, target });
      expect([400, 401, 404, 405]).toContain(answer.status);
      expectRefused(answer, answer.status);
    }
  });

  it.each(['/metadata', '/.well-known/jwks.json', '/.well-known/openid-configuration'])(
    '%s is, and says nothing of what is stored',
    async (target) => {
      const answer = await victim.ask({ target });
      expect(answer.status).toBe(200);
      expectNothingTold(answer);
      expect(answer.body).not.toMatch(/"d":/);
    },
  );

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND'])(
    'is not opened by %s, nor by a header that names another method or path',
    async (method) => {
      const headers = {
        ...FHIR_BODY,
        'x-http-method-override': 'GET',
        'x-original-url': '/metadata',
        'x-rewrite-url': '/metadata',
        'x-forwarded-for': '127.0.0.1',
        forwarded: 'for=127.0.0.1',
      };
      const answer = await victim.ask({ method, target: PATIENT, headers, body: '{}' });
      expect([401, 405]).toContain(answer.status);
      expectRefused(answer, answer.status);
    },
  );
});

describe('a request that is too large', () => {
  const LONG = 'a'.repeat(40_000);

  it.each<[name: string, question: () => Question, status: number]>([
    ['in one header', () => ({ target: PATIENT, headers: { ...keys(), 'x-long': LONG } }), 431],
    ['in its token', () => ({ target: PATIENT, headers: keys(LONG) }), 431],
    ['in the number of its headers', () => ({ target: PATIENT, headers: { ...keys(), ...many(200) } }), 431],
    ['in its URL', () => ({ target: `${PATIENT}?x=${'a'.repeat(20_000)}`, headers: keys() }), 414],
    ['in its URL by far', () => ({ target: `${PATIENT}?x=${LONG}${LONG}`, headers: keys() }), 414],
  ])('%s is refused', async (_, question, status) => {
    expectRefused(await victim.ask(question()), status, 'too-long');
  });

  function many(count: number): Headers {
    return Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, '1']));
  }
});

describe('a header', () => {
  /** As it came, but that a header of the attacker's would be seen. */
  const notInjected = ({ headers, bytes }: Answer) => {
    expect(headers).not.toHaveProperty('x-injected');
    expect(bytes).not.toMatch(/^x-injected/im);
  };

  it.each([
    'a\rx-injected: 1',
    'a\nx-injected: 1',
    'a\r\n x-injected: 1',
    'a\0x-injected: 1',
    'a%0d%0ax-injected: 1',
    'aå%E5%98%8A%E5%98%8Dx-injected: 1',
    '<script>x-injected</script>',
    'x'.repeat(200),
  ])('x-request-id of %j is not echoed', async (value) => {
    const answer = await read({ ...keys(), 'x-request-id': value });
    expect([200, 400]).toContain(answer.status);
    notInjected(answer);
    if (answer.status === 400) expectRefused(answer, 400);
    else expect(answer.headers['x-request-id']).toMatch(/^[\w-]{10,60}$/);
  });

  it.each([
    ['in an id', 'PUT', '/Patient/a%0d%0ax-injected:%201'],
    ['in a type', 'GET', '/Patient%0d%0ax-injected:%201'],
    ['in a version', 'GET', '/Patient/1/_history/1%0d%0ax-injected:%201'],
    ['in a search', 'GET', '/Patient?name=a%0d%0ax-injected:%201'],
    ['in the name of a parameter', 'GET', '/Patient?a%0d%0ax-injected:%201=1'],
    ['in _format', 'GET', '/Patient/1?_format=application/fhir%2Bjson%0d%0ax-injected:1'],
  ])('line feeds %s come out in no header', async (_, method, target) => {
    const headers = { ...keys(), ...FHIR_BODY };
    const body = method === 'PUT' ? '{"resourceType":"Patient"}' : undefined;
    notInjected(await victim.ask({ method, target, headers, body }));
  });

  it.each(['host', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-forwarded-prefix', 'origin', 'referer'])(
    '%s changes no link in an answer',
    async (name) => {
      const headers = { ...keys(), ...FHIR_BODY, [name]: name === 'host' ? 'localhost:1' : 'attacker.example' };
      const body = '{"resourceType":"Basic","code":{"text":"x"}}';
      const made = await victim.ask({ method: 'POST', target: '/Basic', headers, body });
      expect(made.headers.location).toMatch(new RegExp(`^${victim.url}/Basic/[\\w-]+/_history/1$`));
      const found = await victim.ask({ target: '/Basic?_count=1', headers });
      const { link } = JSON.parse(found.body) as { link: readonly { url: string }[] };
      expect(link.filter(({ url }) => !url.startsWith(`${victim.url}/`))).toEqual([]);
      expect(made.bytes + found.bytes).not.toMatch(/attacker\.example|localhost:1/);
      expect(made.headers).not.toHaveProperty('access-control-allow-origin');
    },
  );
});

describe('a Host', () => {
  it.each([
    'attacker.example',
    'attacker.example:8080',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    'localhost@attacker.example',
    '0.0.0.0',
    '127.0.0.1:80@attacker.example',
    '"><script>alert(1)</script>',
    '',
  ])('of another name is refused, with both keys too: %j', async (host) => {
    expectRefused(await read({ ...keys(), host }), 421, 'security');
    expectRefused(await read({ host }, '/metadata'), 421, 'security');
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST:8080', '[::1]:1'])('of this machine is served: %s', async (host) => {
    expect((await read({ ...keys(), host })).status).toBe(200);
  });
});

describe('of a request that is two to someone', () => {
  it.each(SMUGGLINGS)('by %s, the second is not answered, and the connection ends', async (_, bytes) => {
    const answer = await rawClient(victim.port, bytes({ keys: keys(), target: PATIENT })).ended();
    expect(answer).not.toContain(SECRET_NAME);
    expect(statuses(answer)).toEqual([400]);
    expect(answer).toContain('"OperationOutcome"');
  });

  it('a proxy request is none of its business', async () => {
    const answer = await victim.ask({ method: 'CONNECT', target: '127.0.0.1:22' });
    expectRefused(answer, 501);
  });
});

describe('a signed URL of a Binary', () => {
  const CONTENT = secret('the content of a Binary that is a secret');
  const TEXT = { 'content-type': 'text/plain' };
  let upload: URL;
  let download: URL;

  /** The signed URL that an answer leads to. */
  const linkOf = ({ headers }: Answer) => new URL(/^<([^>]+)>/.exec(headers.link ?? '')?.[1] ?? '');
  const use = (method: string, { pathname, search }: URL, body?: string) =>
    victim.ask({ method, target: pathname + search, headers: TEXT, body });

  beforeAll(async () => {
    const body = '{"resourceType":"Binary","contentType":"text/plain"}';
    const made = await victim.ask({ method: 'POST', target: '/Binary', headers: { ...keys(), ...FHIR_BODY }, body });
    upload = linkOf(made);
    expect((await use('PUT', upload, CONTENT)).status).toBeLessThan(300);
    const target = new URL(String(made.headers.location)).pathname.replace(/\/_history.*/, '');
    download = linkOf(await read({ ...keys(), accept: 'application/fhir+json' }, target));
    for (const url of [upload, download]) secret(String(url.searchParams.get('signature')));
  });

  /** The URL with something else in it. */
  function changed(url: URL, change: (copy: URL) => void): URL {
    const copy = new URL(url);
    change(copy);
    return copy;
  }
  const replaced = (url: URL, from: RegExp, to: string) =>
    changed(url, (copy) => (copy.pathname = copy.pathname.replace(from, to)));
  const without = (url: URL, name: string) => changed(url, ({ searchParams }) => searchParams.delete(name));
  const given = (url: URL, name: string, value: string) =>
    changed(url, ({ searchParams }) => searchParams.set(name, value));

  it('gives the content to who has it as it was made', async () => {
    expect(await use('GET', download)).toMatchObject({ status: 200, body: CONTENT });
  });

  it.each<[name: string, method: string, url: () => URL]>([
    ['without its signature', 'GET', () => without(download, 'signature')],
    ['with an empty signature', 'GET', () => given(download, 'signature', '')],
    ['with another signature', 'GET', () => given(download, 'signature', 'A'.repeat(43))],
    [
      "with the upload's signature",
      'GET',
      () => given(download, 'signature', upload.searchParams.get('signature') ?? ''),
    ],
    ['without its expiry', 'GET', () => without(download, 'expires')],
    ['with a later expiry', 'GET', () => given(download, 'expires', String(Date.now() * 2))],
    ['with an expiry that is no number', 'GET', () => given(download, 'expires', 'Infinity')],
    ['with another content type', 'GET', () => given(download, 'type', 'text/html')],
    ['of another Binary', 'GET', () => replaced(download, /[^/]+(?=\/\d+$)/, 'other')],
    ['of another version', 'GET', () => replaced(download, /\d+$/, '2')],
    ['of a path outside', 'GET', () => replaced(download, /[^/]+\/\d+$/, '..%2f..%2ffhir.sqlite/1')],
    ['with more at its end', 'GET', () => replaced(download, /$/, '/x')],
    ['for an upload, to download', 'GET', () => upload],
    ['for an upload, renamed to download', 'GET', () => replaced(upload, /put/, 'get')],
    ['for a download, to upload', 'PUT', () => download],
    ['for a download, renamed to upload', 'PUT', () => replaced(download, /get/, 'put')],
    ['for a download, to delete', 'DELETE', () => download],
    ['for a download, to post', 'POST', () => download],
  ])('%s is refused', async (_, method, url) => {
    const asked = await use(method, url(), method === 'GET' ? undefined : 'x');
    const { status, headers, body, bytes } = asked;
    expect({ status, bytes }).toMatchObject({ status: 403 });
    expect(headers['content-type']).toContain('application/fhir+json');
    expect(JSON.parse(body)).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(bytes).not.toContain(CONTENT);
    expect(await use('GET', download)).toMatchObject({ status: 200, body: CONTENT });
  });

  it('takes no second content for what has its content', async () => {
    expect((await use('PUT', upload, 'another content')).status).toBeGreaterThanOrEqual(400);
    expect(await use('GET', download)).toMatchObject({ body: CONTENT });
  });

  it('has no address without keys', async () => {
    for (const path of [`/Binary/${download.pathname.split('/')[3]}`, '/blobs/', '/blobs/get', '/blobs/../Patient/1']) {
      const answer = await victim.ask({ target: path });
      expect([401, 403, 404]).toContain(answer.status);
      expectRefused(answer, answer.status);
    }
  });
});

describe('what the server has written', () => {
  it('has nothing of all this in it', async () => {
    // Of what makes the most of it: a search for a name, and a resource that can't be stored.
    const search = `/Patient?name=${SECRET_NAME}&${SECRET_NAME}=1&_id:${SECRET_NAME}=1`;
    await read(keys(), search);
    await read(keys(secret(`${token}x`)), search);
    const body = `{"resourceType":"Patient","${SECRET_NAME}":[}`;
    await victim.ask({ method: 'POST', target: '/Patient', headers: { ...keys(), ...FHIR_BODY }, body });
    await victim.ask({ target: `/${SECRET_NAME}/${SECRET_NAME}%20`, headers: keys() });
    await tokenEndpoint({ grant_type: 'password', username: PASSWORD, password: WRONG_PASSWORD });
    const { audit, stderr } = victim.written();
    expect(stderr).toMatch(/^Made the data folder \.fwoa .*\n$/);
    const events = audit.trimEnd().split('\n');
    expect(events.length).toBeGreaterThan(5);
    expect(events.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ user: expect.objectContaining({ name: 'ada' }), status: 200 }),
    );
    for (const value of planted) expect(audit).not.toContain(value);
  });
});
