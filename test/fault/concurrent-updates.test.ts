import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SpawnedServer, spawnServer } from './spawned-server.ts';

const MANY = 40;

interface Answer {
  readonly status: number;
  readonly version: number;
  readonly location: string | null;
}

interface Bundle {
  readonly total?: number;
  readonly entry?: readonly {
    readonly resource?: { readonly id: string; readonly meta: { readonly versionId: string } };
  }[];
}

const patient = (value: string, more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:race', value }],
  ...more,
});

describe('concurrent writes', () => {
  const data = mkdtempSync(join(tmpdir(), 'fwoa-race-'));
  let server: SpawnedServer;

  beforeAll(async () => {
    server = await spawnServer(data);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  async function send(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(path === '' ? server.url : `${server.url}/${path}`, {
      method,
      headers: { 'content-type': 'application/fhir+json', ...server.headers, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    const etag = /^W\/"(\d+)"$/.exec(response.headers.get('etag') ?? '');
    return { status: response.status, version: Number(etag?.[1]), location: response.headers.get('location') };
  }

  async function get(path: string): Promise<Bundle> {
    const response = await fetch(`${server.url}/${path}`, { headers: server.headers });
    expect(response.status).toBe(200);
    return (await response.json()) as Bundle;
  }

  const all = <T>(make: (n: number) => Promise<T>) => Promise.all(Array.from({ length: MANY }, (_, n) => make(n)));

  it(`${MANY} updates of one resource give versions without a gap or a repeat`, async () => {
    expect((await send('PUT', 'Patient/updated', patient('updated', { id: 'updated' }))).status).toBe(201);
    const answers = await all((n) =>
      send('PUT', 'Patient/updated', patient('updated', { id: 'updated', active: n % 2 === 0 })),
    );
    for (const { status } of answers) expect([200, 409, 412]).toContain(status);
    const versions = answers.filter(({ status }) => status === 200).map(({ version }) => version);
    expect(versions.sort((a, b) => a - b)).toEqual(versions.map((_, i) => i + 2));
    expect(versions.length).toBeGreaterThan(0);
    const history = await get('Patient/updated/_history?_count=100');
    const numbers = history.entry?.map(({ resource }) => Number(resource?.meta.versionId));
    expect(numbers).toEqual(Array.from({ length: versions.length + 1 }, (_, i) => versions.length + 1 - i));
  });

  it(`of ${MANY} updates of the same version one succeeds`, async () => {
    await send('PUT', 'Patient/matched', patient('matched', { id: 'matched' }));
    const answers = await all((n) =>
      send('PUT', 'Patient/matched', patient('matched', { id: 'matched', active: n % 2 === 0 }), {
        'if-match': 'W/"1"',
      }),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status } of answers) expect([200, 409, 412]).toContain(status);
    expect((await get('Patient/matched/_history')).entry).toHaveLength(2);
  });

  it(`${MANY} updates that create the same id create it once`, async () => {
    const answers = await all(() => send('PUT', 'Patient/made', patient('made', { id: 'made' })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of answers) expect([200, 201, 409, 412]).toContain(status);
  });

  it(`${MANY} conditional creates make one resource`, async () => {
    const answers = await all(() =>
      send('POST', 'Patient', patient('created'), { 'if-none-exist': 'identifier=urn:race|created' }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of answers) expect([200, 201, 409, 412]).toContain(status);
    expect((await get('Patient?identifier=urn:race%7Ccreated')).total).toBe(1);
  });

  it(`${MANY} conditional updates make one resource, and versions of it`, async () => {
    const answers = await all((n) =>
      send('PUT', 'Patient?identifier=urn:race%7Cupserted', patient('upserted', { active: n % 2 === 0 })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of answers) expect([200, 201, 409, 412]).toContain(status);
    const { entry = [] } = await get('Patient?identifier=urn:race%7Cupserted');
    expect(entry).toHaveLength(1);
    const written = answers.filter(({ status }) => status < 300).map(({ version }) => version);
    expect(written.sort((a, b) => a - b)).toEqual(written.map((_, i) => i + 1));
  });

  it(`${MANY} transactions with the same conditional create make one resource`, async () => {
    const answers = await all((n) =>
      send('POST', '', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
            resource: patient('bundled'),
            request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:race|bundled' },
          },
          {
            resource: {
              resourceType: 'Basic',
              code: { text: String(n) },
              subject: { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' },
            },
            request: { method: 'POST', url: 'Basic' },
          },
        ],
      }),
    );
    for (const { status } of answers) expect([200, 409, 412]).toContain(status);
    const succeeded = answers.filter(({ status }) => status === 200).length;
    expect(succeeded).toBeGreaterThan(0);
    expect((await get('Patient?identifier=urn:race%7Cbundled')).total).toBe(1);
    expect((await get('Basic?subject:Patient.identifier=urn:race%7Cbundled&_summary=count')).total).toBe(succeeded);
  });

  it('deletes and updates of one resource leave a history that is whole', async () => {
    await send('PUT', 'Patient/mixed', patient('mixed', { id: 'mixed' }));
    const answers = await all((n) =>
      n % 4 === 0 ? send('DELETE', 'Patient/mixed') : send('PUT', 'Patient/mixed', patient('mixed', { id: 'mixed' })),
    );
    for (const { status } of answers) expect([200, 201, 204, 409, 412]).toContain(status);
    const { total = 0, entry = [] } = await get('Patient/mixed/_history?_count=100');
    expect(entry).toHaveLength(total);
  });
});
