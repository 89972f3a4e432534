import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi } from '../conformance/test-api.ts';
import { openTestAwsStore } from '../engines/aws-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { spawnServer } from './spawned-server.ts';

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

/** A server that many write to at once. */
interface Server {
  send(method: string, path: string, body: string, headers: Record<string, string>): Promise<Sent>;
  /** Resolves when searches see all that was written. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Sent {
  readonly status: number;
  readonly etag: string | null;
  readonly location: string | null;
  readonly text: string;
}

/** A process of its own, on the embedded store. */
async function openEmbedded(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'fwoa-race-'));
  const server = await spawnServer(data);
  return {
    async send(method, path, body, headers) {
      const response = await fetch(path === '' ? server.url : `${server.url}/${path}`, {
        method,
        headers: { ...server.headers, ...headers },
        ...(body === '' ? {} : { body }),
      });
      const { status } = response;
      const [etag, location] = ['etag', 'location'].map((name) => response.headers.get(name));
      return { status, etag: etag ?? null, location: location ?? null, text: await response.text() };
    },
    settled: async () => undefined,
    async close() {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** In this process, on DynamoDB and OpenSearch. */
async function openOnAws(): Promise<Server> {
  let settled = async (): Promise<void> => undefined;
  const api = await openTestApi('4.0.1', {
    openStorage: async (parts) => {
      const opened = await openTestAwsStore(`c${randomUUID()}`, parts);
      settled = opened.settled;
      return opened.store;
    },
  });
  return {
    async send(method, path, body, headers) {
      const { status, headers: answered, text } = await api.send(method, `/${path}`, { body, headers });
      return { status, etag: answered.etag ?? null, location: answered.location ?? null, text };
    },
    settled: () => settled(),
    close: () => api.close(),
  };
}

const noEngines = engineUrl('dynamodb') === undefined || engineUrl('opensearch') === undefined;

describe.each([
  { storage: 'the embedded store', open: openEmbedded, skipped: false },
  { storage: 'DynamoDB and OpenSearch', open: openOnAws, skipped: noEngines },
])('concurrent writes to $storage', ({ open, skipped }) => {
  describe.skipIf(skipped)('', () => {
    let server: Server;

    beforeAll(async () => {
      server = await open();
    });
    afterAll(() => server?.close());

    async function send(
      method: string,
      path: string,
      body?: object,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const text = body === undefined ? '' : JSON.stringify(body);
      const { status, etag, location } = await server.send(method, path, text, {
        'content-type': 'application/fhir+json',
        ...headers,
      });
      return { status, version: Number(/^W\/"(\d+)"$/.exec(etag ?? '')?.[1]), location };
    }

    async function get(path: string): Promise<Bundle> {
      await server.settled();
      const { status, text } = await server.send('GET', path, '', {});
      expect(status).toBe(200);
      return JSON.parse(text) as Bundle;
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
});
