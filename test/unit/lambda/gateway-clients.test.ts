import { describe, expect, it } from 'vitest';
import type { AccessRecord, AccessRecords } from '../../../src/auth/access-records.ts';
import { createGatewayAuth, type GatewayCredentials } from '../../../src/auth/gateway-clients.ts';
import { FhirError } from '../../../src/fhir/operation-outcome.ts';
import { formIssuer, formToken, MADE_AT } from './function-fixture.ts';

const READ = { name: 'read', type: 'Patient', id: '1' };

/** Records that a test changes, and a clock that it moves. */
function world() {
  const asked: string[] = [];
  const state = {
    now: 0,
    clients: new Map([['key1', 'clinic']]),
    revoked: new Map<string, number>(),
    fail: false,
    wait: Promise.resolve(),
  };
  const records: AccessRecords = {
    async read(clientId, user): Promise<AccessRecord> {
      asked.push(`${clientId} ${user?.id ?? '-'}`);
      if (state.fail) throw new FhirError(503, 'transient', 'away');
      const name = state.clients.get(clientId);
      const client = name === undefined ? undefined : { id: clientId, name };
      const answer = { client, revokedBefore: state.revoked.get(user?.id ?? '') };
      await state.wait;
      return answer;
    },
  };
  const issuer = formIssuer();
  const auth = createGatewayAuth({ records, issuers: [issuer], authorize: () => ({}), elapsed: () => state.now });
  const told: string[] = [];
  const ask = async (
    token: string | undefined = formToken('ann'),
    apiKeyId: string | undefined = 'key1',
    name = 'read',
  ) => {
    const headers = { authorization: token === '' ? undefined : `Bearer ${token}` };
    const credentials: GatewayCredentials = { method: 'GET', url: '/Patient/1', headers, apiKeyId };
    return auth.authenticate(credentials, { ...READ, name }, (client) => told.push(client.name));
  };
  return { state, asked, issuer, ask, told };
}

describe('who asks, behind a gateway', () => {
  it('is the user of the token and the client system of the key', async () => {
    const { ask, told } = world();
    expect(await ask()).toEqual({
      id: 'ann',
      name: 'ann',
      roles: ['practitioner'],
      client: { id: 'key1', name: 'clinic' },
    });
    expect(told).toEqual(['clinic']);
  });

  it('may be anyone for the capability statement, without a question', async () => {
    const { ask, asked } = world();
    expect(await ask('', '', 'capabilities')).toEqual({ id: 'anonymous', roles: [] });
    expect(asked).toEqual([]);
  });

  it.each([
    ['no key', formToken('ann'), '', /no API key/, []],
    ['a key that was removed', formToken('ann'), 'key2', /not known here/, []],
    ['a removed key before a wrong token', 'x.y.z', 'key2', /not known here/, []],
    ['no token', '', 'key1', /no access token/, ['clinic']],
    ['a token of someone else', formToken('ann', { iss: 'https://evil.example' }), 'key1', /not trusted/, ['clinic']],
    ['a wrong signature', formToken('ann').replace('.good', '.bad'), 'key1', /signature/, ['clinic']],
  ])('is refused for %s', async (_, token, key, message, clients) => {
    const { ask, told } = world();
    await expect(ask(token, key)).rejects.toMatchObject({ status: 401, message: expect.stringMatching(message) });
    // The audit log names the client system of a refused token.
    expect(told).toEqual(clients);
  });

  it('costs one question a second, and one signature', async () => {
    const { ask, asked, issuer, state } = world();
    await Promise.all([ask(), ask()]);
    state.now = 500;
    await ask();
    expect(asked).toEqual(['key1 ann']);
    state.now = 1000;
    await ask();
    expect(asked).toEqual(['key1 ann', 'key1 ann']);
    expect(new Set(issuer.verified)).toEqual(new Set(['ann']));
  });

  it.each<[string, (state: ReturnType<typeof world>['state']) => void, RegExp]>([
    ['user', ({ revoked }) => revoked.set('ann', Number.POSITIVE_INFINITY), /has been revoked/],
    ['key', ({ clients }) => clients.delete('key1'), /not known here/],
  ])('is refused within a second after the %s was removed, with a token that was good', async (_, remove, message) => {
    const { ask, state } = world();
    await ask();
    remove(state);
    state.now = 999;
    await expect(ask()).rejects.toMatchObject({ status: 401, message: expect.stringMatching(message) });
    if (state.clients.size > 0) await expect(ask(formToken('bob'))).resolves.toMatchObject({ id: 'bob' });
  });

  it('is refused with a token from before a new password, and let in with one from after it', async () => {
    const { ask, state } = world();
    state.revoked.set('ann', MADE_AT + 1);
    await expect(ask()).rejects.toMatchObject({ status: 401, message: expect.stringMatching(/has been revoked/) });
    state.revoked.set('ann', MADE_AT);
    state.now = 1000;
    await expect(ask()).resolves.toMatchObject({ id: 'ann' });
  });

  it('is believed from when the question was asked, not from its answer', async () => {
    const { ask, state } = world();
    let answer = () => {};
    state.wait = new Promise((resolve) => {
      answer = resolve;
    });
    const first = ask();
    await new Promise(setImmediate);
    state.revoked.set('ann', Number.POSITIVE_INFINITY);
    state.now = 950;
    answer();
    await first;
    await expect(ask()).rejects.toMatchObject({ status: 401 });
  });

  it('is not let in while the records cannot be had, and is as soon as they can', async () => {
    const { ask, state } = world();
    state.fail = true;
    await expect(ask()).rejects.toMatchObject({ status: 503 });
    state.fail = false;
    await expect(ask()).resolves.toMatchObject({ id: 'ann' });
  });
});
