import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../contract/random.ts';
import { type SpawnedServer, spawnServer } from './spawned-server.ts';

const ROUNDS = 20;
const WRITERS = 12;
const SYSTEM = 'urn:kill';
const SEED = Number(process.env.FWOA_SEED ?? 1);

/** What the server acknowledged of one resource; `code` undefined: deleted. */
interface Acknowledged {
  readonly version: number;
  readonly code: string | undefined;
}

interface Bundle {
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly resource: Basic;
    readonly response?: { readonly status: string; readonly etag?: string };
  }[];
}

interface Basic {
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly code: { readonly coding: readonly { readonly code: string }[] };
}

const JSON_HEADERS = { 'content-type': 'application/fhir+json' };
const basic = (id: string, code: string) => ({
  resourceType: 'Basic',
  id,
  code: { coding: [{ system: SYSTEM, code }] },
});
const versionOf = (etag: string | null | undefined) => Number(/^W\/"(\d+)"$/.exec(etag ?? '')?.[1]);

/** Every version that was ever acknowledged, by `id`. */
class Ledger {
  readonly versions = new Map<string, Acknowledged[]>();
  count = 0;

  add(id: string, acknowledged: Acknowledged): void {
    expect(acknowledged.version).toBeGreaterThan(0);
    this.versions.set(id, [...(this.versions.get(id) ?? []), acknowledged]);
    this.count++;
  }
}

/** Writes to ids of its own until the server is gone. A write that was not answered may or may not have happened. */
async function write(server: SpawnedServer, ledger: Ledger, writer: string, random: Random): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${writer}-${random.int(0, 15)}`;
    const code = `c${random.int(0, 40)}`;
    try {
      if (random.chance(0.15)) {
        const response = await fetch(`${server.url}/Basic/${id}`, { method: 'DELETE', headers: server.headers });
        const version = versionOf(response.headers.get('etag'));
        await response.arrayBuffer();
        expectDone(response);
        // There may have been nothing to delete.
        if (Number.isFinite(version)) ledger.add(id, { version, code: undefined });
      } else if (random.chance(0.3)) await writeTransaction(server, ledger, [id, `${writer}-t${n % 5}`], code);
      else {
        const response = await fetch(`${server.url}/Basic/${id}`, {
          method: 'PUT',
          headers: { ...JSON_HEADERS, ...server.headers },
          body: JSON.stringify(basic(id, code)),
        });
        await response.arrayBuffer();
        expectDone(response);
        ledger.add(id, { version: versionOf(response.headers.get('etag')), code });
      }
    } catch (error) {
      // What fetch throws of a connection that broke; all else is a finding.
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

function expectDone(response: Response): void {
  if (!response.ok) throw new Error(`a write was answered with ${response.status}`);
}

async function writeTransaction(
  server: SpawnedServer,
  ledger: Ledger,
  ids: readonly string[],
  code: string,
): Promise<void> {
  const entry = ids.map((id) => ({ resource: basic(id, code), request: { method: 'PUT', url: `Basic/${id}` } }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
  const response = await fetch(server.url, { method: 'POST', headers: { ...JSON_HEADERS, ...server.headers }, body });
  const bundle = (await response.json()) as Bundle;
  expectDone(response);
  for (const [i, id] of ids.entries()) ledger.add(id, { version: versionOf(bundle.entry?.[i]?.response?.etag), code });
}

async function get<T>(
  { url, headers }: SpawnedServer,
  path: string,
): Promise<{ readonly status: number; readonly body: T }> {
  const response = await fetch(`${url}/${path}`, { headers });
  return { status: response.status, body: (await response.json()) as T };
}

/** Every acknowledged version can be read, and none of its successors is older. */
async function checkVersions(server: SpawnedServer, ledger: Ledger): Promise<void> {
  for (const [id, versions] of ledger.versions) {
    const newest = versions.reduce((a, b) => (b.version > a.version ? b : a));
    for (const { version, code } of versions.slice(-3)) {
      const { status, body } = await get<Basic>(server, `Basic/${id}/_history/${version}`);
      expect(status, `Basic/${id} version ${version}`).toBe(code === undefined ? 410 : 200);
      if (code !== undefined) expect(body.code.coding[0]?.code).toBe(code);
    }
    const { status, body } = await get<Basic>(server, `Basic/${id}`);
    expect([200, 410]).toContain(status);
    if (status === 200) expect(Number(body.meta.versionId), `Basic/${id}`).toBeGreaterThanOrEqual(newest.version);
    const history = await get<Bundle>(server, `Basic/${id}/_history?_count=1`);
    expect(history.body.total ?? newest.version).toBeGreaterThanOrEqual(newest.version);
  }
}

async function search(server: SpawnedServer, query: string): Promise<Basic[]> {
  const found: Basic[] = [];
  let path: string | undefined = `Basic?${query}&_count=500`;
  while (path !== undefined) {
    const { status, body }: { status: number; body: Bundle } = await get<Bundle>(server, path);
    expect(status).toBe(200);
    found.push(...(body.entry ?? []).map(({ resource }) => resource));
    path = body.link?.find(({ relation }) => relation === 'next')?.url.slice(server.url.length + 1);
  }
  return found;
}

/** Search finds exactly what reads give. */
async function checkIndex(server: SpawnedServer, ledger: Ledger): Promise<void> {
  const current = new Map<string, string>();
  for (const id of ledger.versions.keys()) {
    const { status, body } = await get<Basic>(server, `Basic/${id}`);
    if (status === 200) current.set(id, body.code.coding[0]?.code ?? '');
  }
  const everything = await search(server, '_sort=_id');
  for (const [id, code] of current)
    expect(everything.find((resource) => resource.id === id)?.code.coding[0]?.code, id).toBe(code);
  for (let n = 0; n <= 40; n++) {
    const found = await search(server, `code=${SYSTEM}%7Cc${n}`);
    const read = everything.filter(({ code }) => code.coding[0]?.code === `c${n}`);
    expect(found.map(({ id }) => id).sort(), `code c${n}`).toEqual(read.map(({ id }) => id).sort());
  }
}

describe('kill -9 during writes', () => {
  const data = mkdtempSync(join(tmpdir(), 'fwoa-kill-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  it(`loses no acknowledged write, ${ROUNDS} times (seed ${SEED})`, { timeout: 300_000 }, async () => {
    const random = new Random(SEED);
    const ledger = new Ledger();
    for (let round = 0; round < ROUNDS; round++) {
      const server = await spawnServer(data);
      try {
        await checkVersions(server, ledger);
        await checkIndex(server, ledger);
        const before = ledger.count;
        const enough = before + random.int(50, 400);
        const writers = Array.from({ length: WRITERS }, (_, i) =>
          write(server, ledger, `w${i}`, new Random(SEED * 1_000 + round * 50 + i)),
        );
        const killed = (async () => {
          while (ledger.count < enough && !server.ended()) await new Promise((resolve) => setImmediate(resolve));
          expect(server.crashed(), server.stderr()).toBe(false);
          await server.kill();
        })();
        await Promise.all([killed, ...writers]);
        expect(ledger.count).toBeGreaterThan(before);
      } finally {
        await server.kill();
      }
    }
    const server = await spawnServer(data);
    await checkVersions(server, ledger);
    await checkIndex(server, ledger);
    await server.stop();
  });
});
