import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { fwoa, type RunningServer, startFwoa, startServer, stop, when } from './fwoa-process.ts';

interface Ready {
  readonly apiKey: string;
  readonly users: readonly { readonly name: string; readonly role: string; readonly password: string }[];
}

const ROLES = ['practitioner', 'non-practitioner', 'auditor'];
const PATIENT = { resourceType: 'Patient', id: 'ada', name: [{ family: 'Lovelace' }] };

function put(
  { request }: RunningServer,
  resource: { readonly resourceType: string; readonly id: string },
): Promise<Response> {
  const headers = { 'content-type': 'application/fhir+json' };
  const { resourceType, id } = resource;
  return request(`${resourceType}/${id}`, { method: 'PUT', headers, body: JSON.stringify(resource) });
}

async function getJson({ request }: RunningServer, path: string): Promise<Record<string, unknown>> {
  return (await (await request(path)).json()) as Record<string, unknown>;
}

describe('fwoa local', () => {
  it('prints one ready line, and nothing else', async () => {
    const server = await startServer(temporaryFolder());
    expect(JSON.parse(server.out())).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      apiKey: expect.stringMatching(/^fwoa_/),
      users: [],
    });
    expect(server.out().split('\n')).toHaveLength(2);
    expect((await stop(server)).err).not.toContain('Warning');
  });

  it.each([
    { version: '4.0.1', systolic: 'Observation?code=http://loinc.org|8480-6&patient=demo-lindqvist' },
    { version: '3.0.1', systolic: 'Observation?code=http://loinc.org|8480-6&patient=demo-lindqvist' },
  ])('--demo with FHIR $version has four patients and what belongs to them', async ({ version, systolic }) => {
    const server = await startServer(temporaryFolder(), '--demo', '--fhir-version', version);
    expect(await getJson(server, `metadata`)).toMatchObject({
      resourceType: 'CapabilityStatement',
      fhirVersion: version,
    });
    expect(await getJson(server, `Patient?_total=accurate`)).toMatchObject({ total: 4 });
    expect(await getJson(server, `Patient?name=asa`)).toMatchObject({
      entry: [{ resource: { id: 'demo-lindqvist' } }],
    });
    expect(await getJson(server, `${systolic}`)).toMatchObject({
      entry: [{ resource: { valueQuantity: { value: 142 } } }],
    });
  });

  it('--demo leaves sample patients that are there as they are, and puts missing ones back', async () => {
    const folder = temporaryFolder();
    const first = await startServer(folder, '--demo');
    await put(first, { resourceType: 'Patient', id: 'demo-moreau' });
    await stop(first);
    const second = await startServer(folder, '--demo');
    expect(await getJson(second, `Patient/demo-moreau`)).not.toHaveProperty('name');
    await second.request('Observation/demo-moreau-8867-4', { method: 'DELETE' });
    await stop(second);
    const third = await startServer(folder, '--demo');
    expect(await getJson(third, `Patient/demo-moreau`)).toHaveProperty('name');
    expect((await third.request('Observation/demo-moreau-8867-4')).status).toBe(200);
  });

  it('makes an API key at the first start alone', async () => {
    const folder = temporaryFolder();
    await stop(await startServer(folder));
    const second = await startServer(folder);
    expect(JSON.parse(second.out())).toMatchObject({ apiKey: null });
  });

  it('--demo makes a key and a user for each role at every start, who get in with both', async () => {
    const folder = temporaryFolder();
    await stop(await startServer(folder, '--demo'));
    const { out, url } = await startServer(folder, '--demo');
    const { apiKey, users } = JSON.parse(out()) as Ready;
    expect(users.map(({ name, role }) => [name, role])).toEqual(ROLES.map((role) => [role, role]));
    for (const { name, password } of users) {
      const form = new URLSearchParams({ grant_type: 'password', username: name, password });
      const signedIn = await fetch(`${url}/oauth2/token`, {
        method: 'POST',
        body: form,
        headers: { 'x-api-key': apiKey },
      });
      const { access_token: token } = (await signedIn.json()) as { access_token: string };
      const headers = { 'x-api-key': apiKey, authorization: `Bearer ${token}` };
      const { status } = await fetch(`${url}/Patient/demo-lindqvist`, { headers });
      expect([name, status]).toEqual([name, name === 'non-practitioner' ? 403 : 200]);
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops in order at %s with exit code 0; what was stored is there again',
    async (signal) => {
      const folder = temporaryFolder();
      const first = await startServer(folder);
      expect((await put(first, PATIENT)).status).toBe(201);
      expect((await stop(first, signal)).code).toBe(0);
      expect(() => statSync(join(folder, '.fwoa', 'server.json'))).toThrow('ENOENT');
      const second = await startServer(folder);
      expect(await getJson(second, `Patient/ada`)).toMatchObject(PATIENT);
    },
  );

  it('keeps what it acknowledged before kill -9, and starts again on the folder', async () => {
    const folder = temporaryFolder();
    const first = await startServer(folder);
    await put(first, PATIENT);
    await stop(first, 'SIGKILL');
    const second = await startServer(folder);
    expect(await getJson(second, `Patient/ada`)).toMatchObject(PATIENT);
  });

  it('is refused a data folder in which another runs, and says which', async () => {
    const folder = temporaryFolder();
    const server = await startServer(folder);
    const { code, err } = await fwoa(folder, 'local', '--port', '0');
    expect(code).toBe(1);
    expect(err).toContain('is in use');
    expect(err).toContain(`fwoa local, pid ${server.child.pid}`);
  });

  it('tells who wants a port that is taken what to do', async () => {
    const server = await startServer(temporaryFolder());
    const { port } = new URL(server.url);
    const { code, err } = await fwoa(temporaryFolder(), 'local', '--port', port);
    expect(code).toBe(1);
    expect(err).toContain(`Port ${port} is taken.`);
    expect(err).toContain('--port');
  });

  it('refuses another FHIR version than the folder has', async () => {
    const folder = temporaryFolder();
    await stop(await startServer(folder, '--fhir-version', 'stu3'));
    const { code, err } = await fwoa(folder, 'local', '--port', '0', '--fhir-version', 'r4');
    expect(code).toBe(1);
    expect(err).toContain('holds FHIR 3.0.1, not 4.0.1');
  });

  it('writes server.json with the URL, for the owner alone', async () => {
    const folder = temporaryFolder();
    const server = await startServer(folder);
    const file = join(folder, '.fwoa', 'server.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url: server.url, pid: server.child.pid });
    for (const name of ['server.json', 'identity.db', 'fhir.sqlite', 'fhir.sqlite-wal', 'lock.sqlite', 'fwoa.json']) {
      expect([name, statSync(join(folder, '.fwoa', name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('listens on 127.0.0.1 alone, and warns with another --host', async () => {
    const folder = temporaryFolder();
    const server = startFwoa(folder, 'local', '--port', '0', '--host', '0.0.0.0');
    await when(server, () => server.out().includes('ready'));
    expect(server.err()).toContain('for others than this machine too');
    expect(server.err()).toContain('--cert');
  });

  it('ends with 2 at a wrong flag', async () => {
    expect(await fwoa(temporaryFolder(), 'local', '--prot')).toMatchObject({ code: 2, out: '' });
  });
});
