import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { fwoa, startFwoa, startServer, stop, when } from './fwoa-process.ts';

const PATIENT = { resourceType: 'Patient', id: 'ada', name: [{ family: 'Lovelace' }] };

function put(url: string, resource: { readonly resourceType: string; readonly id: string }): Promise<Response> {
  const headers = { 'content-type': 'application/fhir+json' };
  return fetch(`${url}/${resource.resourceType}/${resource.id}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(resource),
  });
}

async function getJson(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown>;
}

describe('fwoa local', () => {
  it('prints one ready line, and nothing else', async () => {
    const server = await startServer(temporaryFolder());
    expect(JSON.parse(server.out())).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      apiKey: null,
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
    expect(await getJson(`${server.url}/metadata`)).toMatchObject({
      resourceType: 'CapabilityStatement',
      fhirVersion: version,
    });
    expect(await getJson(`${server.url}/Patient?_total=accurate`)).toMatchObject({ total: 4 });
    expect(await getJson(`${server.url}/Patient?name=asa`)).toMatchObject({
      entry: [{ resource: { id: 'demo-lindqvist' } }],
    });
    expect(await getJson(`${server.url}/${systolic}`)).toMatchObject({
      entry: [{ resource: { valueQuantity: { value: 142 } } }],
    });
  });

  it('--demo leaves sample patients that are there as they are, and puts missing ones back', async () => {
    const folder = temporaryFolder();
    const first = await startServer(folder, '--demo');
    await put(first.url, { resourceType: 'Patient', id: 'demo-moreau' });
    await stop(first);
    const second = await startServer(folder, '--demo');
    expect(await getJson(`${second.url}/Patient/demo-moreau`)).not.toHaveProperty('name');
    await fetch(`${second.url}/Observation/demo-moreau-8867-4`, { method: 'DELETE' });
    await stop(second);
    const third = await startServer(folder, '--demo');
    expect(await getJson(`${third.url}/Patient/demo-moreau`)).toHaveProperty('name');
    expect((await fetch(`${third.url}/Observation/demo-moreau-8867-4`)).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops in order at %s with exit code 0; what was stored is there again',
    async (signal) => {
      const folder = temporaryFolder();
      const first = await startServer(folder);
      expect((await put(first.url, PATIENT)).status).toBe(201);
      expect((await stop(first, signal)).code).toBe(0);
      expect(() => statSync(join(folder, '.fwoa', 'server.json'))).toThrow('ENOENT');
      const second = await startServer(folder);
      expect(await getJson(`${second.url}/Patient/ada`)).toMatchObject(PATIENT);
    },
  );

  it('keeps what it acknowledged before kill -9, and starts again on the folder', async () => {
    const folder = temporaryFolder();
    const first = await startServer(folder);
    await put(first.url, PATIENT);
    await stop(first, 'SIGKILL');
    const second = await startServer(folder);
    expect(await getJson(`${second.url}/Patient/ada`)).toMatchObject(PATIENT);
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
    for (const name of ['server.json', 'fhir.sqlite', 'fhir.sqlite-wal', 'lock.sqlite', 'fwoa.json']) {
      expect([name, statSync(join(folder, '.fwoa', name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('listens on 127.0.0.1 alone, and warns with another --host', async () => {
    const folder = temporaryFolder();
    const server = startFwoa(folder, 'local', '--port', '0', '--host', '0.0.0.0');
    await when(server, () => server.out().includes('ready'));
    expect(server.err()).toContain('anyone who reaches that address');
  });

  it('gives a curl line that works', async () => {
    const server = startFwoa(temporaryFolder(), 'local', '--port', '0', '--demo');
    await when(server, () => server.out().includes('Ctrl-C'));
    const url = /curl '([^']+)'/.exec(server.out())?.[1] ?? '';
    expect(await getJson(url)).toMatchObject({
      resourceType: 'Bundle',
      entry: [{ resource: { id: 'demo-lindqvist' } }],
    });
  });

  it('ends with 2 at a wrong flag', async () => {
    expect(await fwoa(temporaryFolder(), 'local', '--prot')).toMatchObject({ code: 2, out: '' });
  });
});
