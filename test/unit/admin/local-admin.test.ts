import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IdentityAdmin } from '../../../src/admin/identity-admin.ts';
import { openLocalAdmin } from '../../../src/admin/local-admin.ts';
import { writeDataSettings } from '../../../src/config/data-settings.ts';
import { isProblem } from '../../../src/config/problem.ts';
import type { IdentityOptions } from '../../../src/local/identity/identity-options.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const CHEAP = { logN: 4, r: 1, p: 1 };
const PASSWORD = 'correct horse battery';
const ANN = { name: 'ann', roles: ['practitioner'], password: PASSWORD };

async function openAdmin(options: IdentityOptions = {}): Promise<IdentityAdmin> {
  const folder = temporaryFolder();
  writeDataSettings(folder, { fhirVersion: '4.0.1' });
  const admin = await openLocalAdmin(folder, { passwordCost: CHEAP, ...options });
  onTestFinished(() => admin.close());
  return admin;
}

/** The code of the Problem that a promise is rejected with. */
async function problem(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isProblem(error) ? error.code : Promise.reject(error)),
  );
}

describe('opening', () => {
  it.each([
    { what: 'no folder at all', make: (folder: string) => join(folder, 'missing') },
    {
      what: 'a folder of something else',
      make(folder: string) {
        mkdirSync(join(folder, 'other'));
        return join(folder, 'other');
      },
    },
  ])('$what is a problem', async ({ make }) => {
    expect(await problem(openLocalAdmin(make(temporaryFolder())))).toBe('no-data-folder');
  });
});

describe('users', () => {
  it('are added, listed by name, given a password, and removed', async () => {
    let time = 1_800_000_000_000;
    const admin = await openAdmin({ now: () => time });
    await admin.addUser({ name: 'zoe', roles: [], password: PASSWORD });
    const added = await admin.addUser({ ...ANN, roles: ['practitioner', 'auditor', 'practitioner'] });
    const ann = { name: 'ann', roles: ['practitioner', 'auditor'], status: 'active', createdAt: time };
    expect(added).toEqual({ ...ann, lastSignInAt: undefined });
    time += 1000;
    await admin.token(ANN);
    expect(await admin.users()).toEqual([{ ...ann, lastSignInAt: time }, expect.objectContaining({ name: 'zoe' })]);
    await admin.setPassword('Ann', 'another horse battery');
    await admin.token({ name: 'ann', password: 'another horse battery' });
    await admin.removeUser('ANN');
    expect((await admin.users()).map(({ name }) => name)).toEqual(['zoe']);
  });

  it.each<{ what: string; code: string; act: (admin: IdentityAdmin) => Promise<unknown> }>([
    { what: 'a second one of a name', code: 'user-exists', act: (admin) => admin.addUser({ ...ANN, name: 'ANN' }) },
    { what: 'removing one that is not there', code: 'user-unknown', act: (admin) => admin.removeUser('bob') },
    {
      what: 'a password for one that is not there',
      code: 'user-unknown',
      act: (admin) => admin.setPassword('bob', PASSWORD),
    },
    {
      what: 'a role that is not there',
      code: 'role-unknown',
      act: (admin) => admin.addUser({ ...ANN, name: 'bob', roles: ['king'] }),
    },
    { what: 'a weak new password', code: 'password-weak', act: (admin) => admin.setPassword('ann', 'short') },
    { what: 'a wrong password', code: 'sign-in-refused', act: (admin) => admin.token({ ...ANN, password: 'wrong' }) },
    { what: 'signing in as nobody', code: 'sign-in-refused', act: (admin) => admin.token({ ...ANN, name: 'bob' }) },
  ])('$what: $code', async ({ code, act }) => {
    const admin = await openAdmin({ roles: ['practitioner', 'auditor'] });
    await admin.addUser(ANN);
    expect(await problem(act(admin))).toBe(code);
  });

  it.each(['', ' ann', 'ann smith', 'ann\n', '.ann', 'ann.', 'a"b', 'é', '../x', 'x'.repeat(129)])(
    'cannot be named %j',
    async (name) => {
      expect(await problem((await openAdmin()).addUser({ ...ANN, name }))).toBe('user-name-invalid');
    },
  );

  it.each(['a', 'a.b', 'ann@example.org', 'x'.repeat(128)])('can be named %j', async (name) => {
    expect((await (await openAdmin()).addUser({ ...ANN, name })).name).toBe(name);
  });

  it.each([
    { password: '', says: 'fewer than 12 characters' },
    { password: 'elevenchars', says: 'fewer than 12 characters' },
    { password: 'x'.repeat(257), says: 'more than 256' },
    { password: 'aaaaaaaaaaaabcd', says: 'fewer than 5 different' },
    { password: 'My name is ANN.', says: "the user's name" },
  ])('cannot have the password $password', async ({ password, says }) => {
    const error = await (await openAdmin()).addUser({ ...ANN, password }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'password-weak', text: { why: expect.stringContaining(says) } });
    if (password !== '') expect(JSON.stringify(error)).not.toContain(password);
  });
});

describe('client systems', () => {
  it('are added with a key that is told once, listed by name, and removed by name or id', async () => {
    const admin = await openAdmin({ now: () => 1_800_000_000_000 });
    const lab = await admin.addClient({ name: 'Lab system', quota: { requests: 1000, per: 'month' } });
    const app = await admin.addClient({ name: 'app', rate: { perSecond: 0.5, burst: 2 } });
    expect(lab.apiKey).toMatch(/^fwoa_[\w-]{43}$/);
    expect(await admin.clients()).toEqual([app.client, lab.client]);
    expect(lab.client).toEqual({
      id: expect.any(String),
      name: 'Lab system',
      createdAt: 1_800_000_000_000,
      lastUsedAt: undefined,
      rate: { perSecond: 50, burst: 100 },
      quota: { requests: 1000, per: 'month', used: 0 },
    });
    await admin.removeClient(app.client.id);
    await admin.removeClient('lab SYSTEM');
    expect(await admin.clients()).toEqual([]);
  });

  it.each<{ what: string; code: string; act: (admin: IdentityAdmin) => Promise<unknown> }>([
    { what: 'a second one of a name', code: 'client-exists', act: (admin) => admin.addClient({ name: 'LAB' }) },
    { what: 'removing one that is not there', code: 'client-unknown', act: (admin) => admin.removeClient('x') },
    { what: 'no name', code: 'client-name-invalid', act: (admin) => admin.addClient({ name: '' }) },
    { what: 'a name of two lines', code: 'client-name-invalid', act: (admin) => admin.addClient({ name: 'a\nb' }) },
    {
      what: 'no rate',
      code: 'limit-invalid',
      act: (admin) => admin.addClient({ name: 'x', rate: { perSecond: 0, burst: 1 } }),
    },
    {
      what: 'half a burst',
      code: 'limit-invalid',
      act: (admin) => admin.addClient({ name: 'x', rate: { perSecond: 1, burst: 0.5 } }),
    },
    {
      what: 'a quota of 0',
      code: 'limit-invalid',
      act: (admin) => admin.addClient({ name: 'x', quota: { requests: 0, per: 'day' } }),
    },
  ])('$what: $code', async ({ code, act }) => {
    const admin = await openAdmin();
    await admin.addClient({ name: 'lab' });
    expect(await problem(act(admin))).toBe(code);
  });
});

it('closing twice does no harm', async () => {
  const admin = await openAdmin();
  await admin.close();
  await admin.close();
});
