import { onTestFinished } from 'vitest';
import type { FhirRequest, FhirResponse } from '../../../../src/api/http.ts';
import type { AuthPort, Caller } from '../../../../src/auth/auth-port.ts';
import { type AuthOptions, createAuth } from '../../../../src/auth/create-auth.ts';
import { CHECK_EVERY } from '../../../../src/local/identity/identity-view.ts';
import {
  type LocalIdentity,
  type LocalIdentityOptions,
  openLocalIdentity,
} from '../../../../src/local/identity/open-local-identity.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const ISSUER = 'http://127.0.0.1:8080';
export const PASSWORD = 'correct horse battery';
/** As little work as scrypt does: these tests are not about its strength. */
export const CHEAP = { logN: 4, r: 1, p: 1 };

/** A clock that a test sets forward; it begins at the machine's time, which aws-jwt-verify goes by. */
export interface TestClock {
  now(): number;
  pass(ms: number): void;
}

export function testClock(): TestClock {
  let time = Date.now();
  return {
    now: () => time,
    pass(ms) {
      time += ms;
    },
  };
}

export interface Fixture {
  readonly folder: string;
  readonly clock: TestClock;
  readonly identity: LocalIdentity;
  readonly auth: AuthPort;
  readonly apiKey: string;
  /** A second connection to the same database, as that of a command beside the server. */
  another(): LocalIdentity;
  /** What `authenticate` makes of a read with these headers. */
  ask(headers: Readonly<Record<string, string | undefined>>): Promise<Caller>;
  /** As `ask`, with the key and this token. */
  with(token: string): Promise<Caller>;
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, unknown>>;
}

/** An identity in a new folder, with one client system and the user `ward.nurse`, a practitioner. */
export async function openFixture(
  options: LocalIdentityOptions = {},
  authOptions: Partial<AuthOptions> = {},
): Promise<Fixture> {
  const folder = temporaryFolder();
  const clock = testClock();
  const shared = { issuer: ISSUER, passwordCost: CHEAP, now: clock.now, ...options };
  const open = () => {
    const identity = openLocalIdentity(folder, shared);
    onTestFinished(() => identity.close());
    return identity;
  };
  const identity = open();
  const { clients, tokens } = identity;
  const auth = createAuth({ clients, issuers: [tokens], authorize: () => ({}), now: clock.now, ...authOptions });
  const first = await identity.ensureClient('test', { perSecond: 1000, burst: 1000 });
  const apiKey = first?.apiKey ?? '';
  await identity.admin.addUser({ name: 'ward.nurse', roles: ['practitioner'], password: PASSWORD });
  const ask: Fixture['ask'] = async (headers) => {
    // A request comes in a turn of the event loop of its own.
    // Others' changes are looked for so often.
    await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY + 1));
    return auth.authenticate({ method: 'GET', url: '/Patient/1', headers }, { name: 'read', type: 'Patient', id: '1' });
  };
  return {
    folder,
    clock,
    identity,
    auth,
    apiKey,
    another: open,
    ask,
    with: (token) => ask({ 'x-api-key': apiKey, authorization: `Bearer ${token}` }),
    post: async (path, form, headers = {}) =>
      answerOf(
        await identity.endpoints(
          request(
            'POST',
            path,
            { 'x-api-key': apiKey, 'content-type': FORM, ...headers },
            new URLSearchParams(form).toString(),
          ),
        ),
      ),
  };
}

export const FORM = 'application/x-www-form-urlencoded';

export function request(method: string, url: string, headers: FhirRequest['headers'] = {}, body = ''): FhirRequest {
  return { method, url, headers, body: async () => Buffer.from(body), remoteAddress: '127.0.0.1' };
}

export function answerOf(response: FhirResponse | undefined): Answer {
  if (response === undefined) throw new Error('It is not a path of the identity.');
  const { status, headers, body } = response;
  return { status, headers, json: body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString()) : {} };
}

/** What a promise is rejected with; fails when it is not. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ status: number; code: string; message: string; headers: Record<string, string> }> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`It was not refused, but gave ${JSON.stringify(outcome.value)}.`);
  return outcome.error as Awaited<ReturnType<typeof refusal>>;
}
