import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { eventually } from '../unit/local/transport/raw-client.ts';
import { type RunningServer, startServer, stop } from './fwoa-process.ts';

const MIB = 2 ** 20;
const FHIR = 'application/fhir+json';
const AS_FHIR = { 'content-type': FHIR, accept: FHIR };
const PNG = { 'content-type': 'image/png' };
const CONTENT = Buffer.from('89504e470d0a1a0a00ff'.repeat(500), 'hex');

interface Ready {
  readonly apiKey: string;
  readonly users: readonly { readonly name: string; readonly password: string }[];
}

type Headers = Readonly<Record<string, string>>;
type Ask = (path: string, init?: { method?: string; headers?: Headers; body?: string | Buffer }) => Promise<Response>;

interface Hospital {
  readonly server: RunningServer;
  readonly blobs: string;
  /** Asks as a user, with the two keys that it takes. */
  readonly as: (user: 'practitioner' | 'non-practitioner') => Promise<Ask>;
  /** The headers that say so. */
  readonly keysOf: (user: 'practitioner' | 'non-practitioner') => Promise<Headers>;
}

/** A server with users, and what its configuration says of Binaries. */
async function hospital(binary?: object): Promise<Hospital> {
  const folder = temporaryFolder();
  if (binary !== undefined)
    writeFileSync(join(folder, 'fwoa.config.ts'), `export default { binary: ${JSON.stringify(binary)} };\n`);
  const server = await startServer(folder, '--demo');
  const { apiKey, users } = JSON.parse(server.out()) as Ready;
  const keysOf: Hospital['keysOf'] = async (user) => {
    const { password = '' } = users.find(({ name }) => name === user) ?? {};
    const body = new URLSearchParams({ grant_type: 'password', username: user, password });
    const signedIn = await fetch(`${server.url}/oauth2/token`, {
      method: 'POST',
      body,
      headers: { 'x-api-key': apiKey },
    });
    const { access_token: token } = (await signedIn.json()) as { access_token: string };
    return { 'x-api-key': apiKey, authorization: `Bearer ${token}` };
  };
  const as: Hospital['as'] = async (user) => {
    const keys = await keysOf(user);
    return (path, init = {}) => fetch(`${server.url}/${path}`, { ...init, headers: { ...keys, ...init.headers } });
  };
  return { server, blobs: join(folder, '.fwoa', 'blobs'), as, keysOf };
}

/** The URL in the `Link` header of an answer, by its relation. */
function linkOf({ headers }: Response, relation: string): string {
  const [, url = ''] = new RegExp(`^<([^>]+)>; rel="${relation}"$`).exec(headers.get('link') ?? '') ?? [];
  expect(url, `no ${relation}`).not.toBe('');
  return url;
}

/** Creates a Binary without content; its id, and the URL to put that to. */
async function create(ask: Ask, contentType = 'image/png') {
  const body = JSON.stringify({ resourceType: 'Binary', contentType });
  const created = await ask('Binary', { method: 'POST', headers: AS_FHIR, body });
  expect(created.status).toBe(201);
  const { id } = (await created.json()) as { id: string };
  return { id, url: linkOf(created, 'edit-media') };
}

/** Creates one with content; its id, and a URL to get that from. */
async function stored(ask: Ask, content = CONTENT) {
  const { id, url } = await create(ask);
  expect((await fetch(url, { method: 'PUT', headers: PNG, body: content })).status).toBe(201);
  return { id, url: linkOf(await ask(`Binary/${id}`, { headers: { accept: FHIR } }), 'enclosure') };
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** Sends so many MiB, each made when it is wanted. */
async function stream(url: string, count: number, headers: Headers, method: string) {
  const hash = createHash('sha256');
  async function* content() {
    for (let i = 0; i < count; i++) {
      const piece = Buffer.alloc(MIB, `piece ${i} `);
      hash.update(piece);
      yield piece;
    }
  }
  const sending = request(url, { method, headers: { ...headers, 'content-length': count * MIB } });
  Readable.from(content(), { highWaterMark: 1 }).pipe(sending);
  const [{ statusCode: status }] = await once(sending, 'response');
  return { status, sha256: hash.digest('hex') };
}

/** MiB of memory that a process had at most. */
function peakMemory(pid: number | undefined): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

describe('Binary', () => {
  it('goes the way of its guide: create, put, get by a redirection, a range of it, HEAD', async () => {
    const { as } = await hospital();
    const ask = await as('practitioner');
    const { id, url } = await stored(ask);
    const followed = await ask(`Binary/${id}`);
    expect([followed.status, followed.redirected, followed.headers.get('content-type')]).toEqual([
      200,
      true,
      'image/png',
    ]);
    expect((await bytesOf(followed)).equals(CONTENT)).toBe(true);
    const range = await ask(`Binary/${id}`, { headers: { range: 'bytes=10-19' } });
    expect([range.status, range.headers.get('content-range')]).toEqual([206, `bytes 10-19/${CONTENT.length}`]);
    expect((await bytesOf(range)).equals(CONTENT.subarray(10, 20))).toBe(true);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(CONTENT.length)]);
    for (const { headers } of [followed, head]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  it('takes content as the body of a POST', async () => {
    const { as } = await hospital();
    const ask = await as('practitioner');
    const created = await ask('Binary', { method: 'POST', headers: { ...PNG, accept: FHIR }, body: CONTENT });
    const { id } = (await created.json()) as { id: string };
    expect((await bytesOf(await ask(`Binary/${id}`))).equals(CONTENT)).toBe(true);
  });

  it.skipIf(!existsSync('/proc/self/status'))(
    'of 200 MiB goes in and out, by a URL and as a body, below 250 MiB of memory',
    { timeout: 180_000 },
    async () => {
      const { server, as, keysOf } = await hospital();
      const ask = await as('practitioner');
      const { id, url } = await create(ask);
      const put = await stream(url, 200, PNG, 'PUT');
      const direct = await stream(
        `${server.url}/Binary/${id}`,
        200,
        { ...PNG, ...(await keysOf('practitioner')) },
        'PUT',
      );
      expect([put.status, direct.status]).toEqual([201, 200]);
      for (const [path, { sha256 }] of [
        [`Binary/${id}/_history/1`, put],
        [`Binary/${id}`, direct],
      ] as const) {
        const got = await ask(path);
        const hash = createHash('sha256');
        for await (const piece of got.body ?? []) hash.update(piece);
        expect([got.status, hash.digest('hex'), got.headers.get('etag')]).toEqual([200, sha256, `"${sha256}"`]);
      }
      expect(peakMemory(server.child.pid)).toBeLessThan(250);
    },
  );

  it('is refused to a role without rights on it, and to who has no keys', async () => {
    const { server, as } = await hospital();
    const ask = await as('practitioner');
    const other = await as('non-practitioner');
    const { id } = await stored(ask);
    const body = JSON.stringify({ resourceType: 'Binary', contentType: 'image/png' });
    for (const [method, path, init] of [
      ['POST', 'Binary', { headers: AS_FHIR, body }],
      ['POST', 'Binary', { headers: PNG, body: CONTENT }],
      ['PUT', `Binary/${id}`, { headers: PNG, body: CONTENT }],
      ['GET', `Binary/${id}`, {}],
      ['GET', `Binary/${id}`, { headers: { accept: FHIR } }],
      ['HEAD', `Binary/${id}`, {}],
      ['GET', `Binary/${id}/_history/1`, {}],
      ['DELETE', `Binary/${id}`, {}],
    ] as const) {
      const refused = await other(path, { method, ...init });
      expect([method, path, refused.status, refused.headers.get('link')]).toEqual([method, path, 403, null]);
      expect((await fetch(`${server.url}/${path}`, { method, ...init })).status).toBe(401);
    }
    expect((await bytesOf(await ask(`Binary/${id}`))).equals(CONTENT)).toBe(true);
  });

  it('keeps nothing of an upload that is broken off, which may begin again', async () => {
    const { blobs, as } = await hospital();
    const { url } = await create(await as('practitioner'));
    const sending = request(url, { method: 'PUT', headers: { ...PNG, 'content-length': 10 * MIB } });
    sending.on('error', () => {});
    sending.write(Buffer.alloc(MIB));
    await eventually(() => readdirSync(blobs).length === 1);
    sending.destroy();
    await eventually(() => readdirSync(blobs).length === 0);
    expect((await fetch(url, { method: 'PUT', headers: PNG, body: CONTENT })).status).toBe(201);
  });

  it.each([1000, 3 * MIB])(
    'of %i bytes that was damaged on the disk does not come as if it were whole',
    async (length) => {
      const { blobs, as } = await hospital();
      const { url } = await stored(await as('practitioner'), Buffer.alloc(length, 'x'));
      const [file = ''] = readdirSync(blobs).filter((name) => !name.endsWith('.json'));
      writeFileSync(join(blobs, file), Buffer.alloc(length, 'y'));
      const whole = fetch(url).then(async (got) => ({ status: got.status, length: (await bytesOf(got)).length }));
      // Before its first piece there is still time to say so; after it, the connection is cut.
      if (length < MIB) expect(await whole).toMatchObject({ status: 500 });
      else await expect(whole).rejects.toThrow('terminated');
    },
  );

  it('has its transfers in the audit log, refused ones too, and no URL', async () => {
    const { server, as } = await hospital();
    const { id, url } = await stored(await as('practitioner'));
    await fetch(url);
    await fetch(`${url}x`);
    await fetch(url, { method: 'PUT', headers: PNG, body: CONTENT });
    await stop(server);
    const folder = join(server.cwd, '.fwoa', 'audit');
    const text = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    const events = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ interaction, outcome }) => String(interaction).startsWith('binary-') || outcome === 'refused');
    const download = { interaction: 'binary-download', type: 'Binary', id, version: 1, address: '127.0.0.1' };
    expect(events).toMatchObject([
      { ...download, interaction: 'binary-upload', method: 'PUT', status: 201, outcome: 'success' },
      { ...download, method: 'GET', status: 200, outcome: 'success' },
      { method: 'GET', status: 403, outcome: 'refused', address: '127.0.0.1' },
      { ...download, method: 'PUT', status: 403, outcome: 'refused' },
    ]);
    expect(text).not.toMatch(/signature|blobs/);
    expect(server.err()).not.toMatch(/signature|blobs/);
  });
});

describe('the configuration of Binary', () => {
  it('urlLifetime: a URL expires', async () => {
    const { as } = await hospital({ urlLifetime: '3s' });
    const ask = await as('practitioner');
    const { id, url } = await stored(ask);
    const expires = Number(new URL(url).searchParams.get('expires'));
    await eventually(() => Date.now() >= expires);
    expect((await fetch(url)).status).toBe(403);
    expect((await ask(`Binary/${id}`)).status).toBe(200);
  });

  it('maxBytes and inlineBytes: larger content is a 413, however it comes', async () => {
    const { blobs, as } = await hospital({ maxBytes: 1000, inlineBytes: 10 });
    const ask = await as('practitioner');
    const { url } = await create(ask);
    const put = (bytes: number) => fetch(url, { method: 'PUT', headers: PNG, body: Buffer.alloc(bytes) });
    const post = (bytes: number) => ask('Binary', { method: 'POST', headers: PNG, body: Buffer.alloc(bytes) });
    const inline = (bytes: number) => {
      const data = Buffer.alloc(bytes).toString('base64');
      const body = JSON.stringify({ resourceType: 'Binary', contentType: 'image/png', data });
      return ask('Binary', { method: 'POST', headers: AS_FHIR, body });
    };
    const statuses = async (send: (bytes: number) => Promise<Response>, ...sizes: readonly number[]) => {
      const found: number[] = [];
      for (const bytes of sizes) found.push((await send(bytes)).status);
      return found;
    };
    expect(await statuses(put, 1001, 1000)).toEqual([413, 201]);
    expect(await statuses(post, 1001, 1000)).toEqual([413, 201]);
    expect(await statuses(inline, 11, 10)).toEqual([413, 201]);
    // Two contents, each with its note.
    expect(readdirSync(blobs)).toHaveLength(4);
  });

  it('restrictToAddress: a URL holds for the address that it was given to', async () => {
    const { as } = await hospital({ restrictToAddress: true });
    const { url } = await stored(await as('practitioner'));
    expect((await fetch(url)).status).toBe(200);
    // All of 127.0.0.0/8 is this machine; where a system gives it one address alone, there is no other to come from.
    if (process.platform !== 'linux') return;
    const asking = request(url, { localAddress: '127.0.0.2' }).end();
    const [{ statusCode }] = await once(asking, 'response');
    expect(statusCode).toBe(403);
  });
});
