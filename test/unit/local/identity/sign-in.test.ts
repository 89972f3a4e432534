import { describe, expect, it } from 'vitest';
import type { IdentityAdmin } from '../../../../src/auth/identity-admin.ts';
import { openIdentityDatabase } from '../../../../src/local/identity/identity-database.ts';
import { openLocalIdentity } from '../../../../src/local/identity/open-local-identity.ts';
import { CHEAP, openFixture, PASSWORD, refusal } from './identity-fixture.ts';

const MINUTE = 60_000;
const token = { name: 'ward.nurse', password: PASSWORD };
const wrong = { name: 'ward.nurse', password: 'wrong password' };

describe('the lock-out', () => {
  it('comes with the fifth wrong password in a row, and goes after 15 minutes', async () => {
    const { identity, clock, post } = await openFixture();
    const { admin } = identity;
    for (let time = 0; time < 5; time++)
      expect(await refusal(admin.token(wrong))).toMatchObject({ code: 'sign-in-refused' });
    expect(await refusal(admin.token(token))).toMatchObject({ code: 'user-locked' });
    expect(await admin.users()).toMatchObject([{ name: 'ward.nurse', status: 'locked' }]);
    // Over HTTP it looks like a wrong password.
    const form = { grant_type: 'password', username: token.name, password: PASSWORD };
    expect((await post('/oauth2/token', form)).json).toEqual(
      (await post('/oauth2/token', { ...form, username: 'no' })).json,
    );
    clock.pass(15 * MINUTE - 1);
    expect(await refusal(admin.token(token))).toMatchObject({ code: 'user-locked' });
    clock.pass(1);
    expect(await admin.users()).toMatchObject([{ status: 'active' }]);
    expect((await admin.token(token)).expiresIn).toBe(3600);
  });

  it('gives as many tries again when it is over', async () => {
    const { identity, clock } = await openFixture({ lockOut: { failures: 2, lasts: MINUTE } });
    const { admin } = identity;
    for (const code of ['sign-in-refused', 'sign-in-refused', 'user-locked']) {
      expect(await refusal(admin.token(wrong))).toMatchObject({ code });
    }
    clock.pass(MINUTE);
    for (const code of ['sign-in-refused', 'sign-in-refused', 'user-locked']) {
      expect(await refusal(admin.token(wrong))).toMatchObject({ code });
    }
  });

  it('counts wrong passwords in a row: a right one begins anew', async () => {
    const { identity } = await openFixture();
    for (let round = 0; round < 3; round++) {
      for (let time = 0; time < 4; time++) await refusal(identity.admin.token(wrong));
      await identity.admin.token(token);
    }
    expect(await identity.admin.users()).toMatchObject([{ status: 'active' }]);
  });

  it('is not got around by guessing at the same time', async () => {
    const { identity } = await openFixture();
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => (await refusal(identity.admin.token(wrong))).code),
    );
    expect(codes.filter((code) => code === 'sign-in-refused')).toHaveLength(5);
    expect(codes.filter((code) => code === 'user-locked')).toHaveLength(5);
  });

  it('does not keep out who signs in often with the right password', async () => {
    const { identity } = await openFixture();
    const all = await Promise.all(Array.from({ length: 20 }, () => identity.admin.token(token)));
    expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(20);
  });

  it('ends with a new password', async () => {
    const { identity } = await openFixture();
    for (let time = 0; time < 5; time++) await refusal(identity.admin.token(wrong));
    await identity.admin.setPassword('ward.nurse', 'another horse battery');
    await identity.admin.token({ name: 'ward.nurse', password: 'another horse battery' });
    expect(await refusal(identity.admin.token(token))).toMatchObject({ code: 'sign-in-refused' });
  });
});

describe('the password', () => {
  it('is stored salted and hashed, with the parameters, and hashed anew when those have been raised', async () => {
    const { identity, folder } = await openFixture();
    const stored = () => {
      const database = openIdentityDatabase(folder);
      const password = String(database.prepare('SELECT password FROM users').get()?.password);
      database.close();
      return password;
    };
    expect(stored()).toMatch(/^\$scrypt\$ln=4,r=1,p=1\$[\w-]{22}\$[\w-]{43}$/);
    const stricter = openLocalIdentity(folder, { passwordCost: { ...CHEAP, logN: 5 } });
    await stricter.admin.token(token);
    stricter.close();
    expect(stored()).toMatch(/^\$scrypt\$ln=5,/);
    await identity.admin.token(token);
  });

  it('is one however it is typed (Unicode)', async () => {
    const { identity } = await openFixture();
    await identity.admin.addUser({ name: 'zoe', roles: [], password: 'Zo\u00eb has a long one' });
    await identity.admin.token({ name: 'zoe', password: 'Zoe\u0308 has a long one' });
  });

  it.each<[string, (admin: IdentityAdmin) => Promise<void>]>([
    ['that is changed', (admin) => admin.setPassword('ward.nurse', 'another horse battery')],
    ['of a user who is removed', (admin) => admin.removeUser('ward.nurse')],
  ])('%s while someone signs in with it lets them in no more', async (_what, change) => {
    // Checking the one takes a thousand times as long as hashing the other.
    const { identity, folder } = await openFixture({ passwordCost: { logN: 15, r: 8, p: 1 } });
    const beside = openLocalIdentity(folder, { passwordCost: CHEAP });
    const signingIn = refusal(identity.admin.token(token));
    await change(beside.admin);
    beside.close();
    expect(await signingIn).toMatchObject({ code: 'sign-in-refused' });
  });
});
