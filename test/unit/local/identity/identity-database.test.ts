import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openIdentityDatabase } from '../../../../src/local/identity/identity-database.ts';
import { openLocalIdentity } from '../../../../src/local/identity/open-local-identity.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openFixture, PASSWORD } from './identity-fixture.ts';

describe('identity.db', () => {
  it('is for its owner alone, with its side files', async () => {
    const { folder } = await openFixture();
    const files = readdirSync(folder);
    expect(files).toContain('identity.db-wal');
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('is made private where it was not', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'identity.db'), '', { mode: 0o644 });
    openLocalIdentity(folder).close();
    expect(statSync(join(folder, 'identity.db')).mode & 0o777).toBe(0o600);
  });

  it('of a newer version is left alone', () => {
    const folder = temporaryFolder();
    const database = openIdentityDatabase(folder);
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(() => openLocalIdentity(folder)).toThrow(expect.objectContaining({ code: 'identity-newer' }));
  });

  it('that is no database is a problem', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'identity.db'), 'x'.repeat(5000));
    expect(() => openLocalIdentity(folder)).toThrow(expect.objectContaining({ code: 'identity-broken' }));
  });

  it('holds no password, key or refresh token', async () => {
    const { folder, identity, apiKey } = await openFixture();
    const { refreshToken, accessToken } = await identity.admin.token({ name: 'ward.nurse', password: PASSWORD });
    identity.close();
    const bytes = Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file)))).toString('latin1');
    expect(bytes).toContain('ward.nurse');
    for (const secret of [PASSWORD, apiKey, refreshToken, accessToken]) expect(bytes).not.toContain(secret);
  });

  it('remembers the issuer of the last server, for commands without one', async () => {
    const folder = temporaryFolder();
    const issuerOf = (issuer?: string) => {
      const identity = openLocalIdentity(folder, { issuer });
      identity.close();
      return identity.issuer;
    };
    expect([issuerOf(), issuerOf('https://a.example/fhir/'), issuerOf()]).toEqual([
      'http://127.0.0.1:8080',
      'https://a.example/fhir',
      'https://a.example/fhir',
    ]);
  });
});

describe('what client systems use', () => {
  it('is counted in memory, and written in batches and at the end', async () => {
    const { identity, another, clock, auth } = await openFixture();
    const { apiKey } = await identity.admin.addClient({ name: 'lab', quota: { requests: 3, per: 'day' } });
    const { accessToken } = await identity.admin.token({ name: 'ward.nurse', password: PASSWORD });
    const headers = { 'x-api-key': apiKey, authorization: `Bearer ${accessToken}` };
    const ask = () => auth.authenticate({ method: 'GET', url: '/', headers }, { name: 'read' });
    const lab = async (of = identity) => (await of.admin.clients()).find(({ name }) => name === 'lab');
    const beside = another();
    await ask();
    await ask();
    expect(await lab(beside)).toMatchObject({ quota: { used: 0 }, lastUsedAt: undefined });
    // A change of something else takes nothing back of what is not written yet.
    await beside.admin.addClient({ name: 'other' });
    await new Promise(setImmediate);
    await ask();
    expect(await lab()).toMatchObject({ quota: { used: 3 }, lastUsedAt: clock.now() });
    expect(ask).toThrow(expect.objectContaining({ status: 429 }));
    identity.close();
    expect(await lab(beside)).toMatchObject({ quota: { requests: 3, per: 'day', used: 3 } });
    clock.pass(24 * 3600_000);
    expect(await lab(beside)).toMatchObject({ quota: { used: 0 } });
  });

  it('is still known after a restart', async () => {
    const { identity, folder, clock, auth, apiKey } = await openFixture();
    const { accessToken } = await identity.admin.token({ name: 'ward.nurse', password: PASSWORD });
    await auth.authenticate(
      { method: 'GET', url: '/', headers: { 'x-api-key': apiKey, authorization: `Bearer ${accessToken}` } },
      { name: 'read' },
    );
    identity.close();
    const again = openLocalIdentity(folder);
    expect(await again.admin.clients()).toMatchObject([{ name: 'test', lastUsedAt: clock.now() }]);
    expect(await again.ensureClient('test')).toBeUndefined();
    again.close();
  });
});
