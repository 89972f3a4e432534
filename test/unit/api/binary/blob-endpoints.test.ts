import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BlobMismatchError, type BlobStore, BlobStoreFullError } from '../../../../src/storage/blob-store.ts';
import { BASE } from '../api-fixture.ts';
import { FHIR, openBinaryApi } from './binary-fixture.ts';

const CONTENT = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));
const SHA = createHash('sha256').update(CONTENT).digest();
const TAG = `"${SHA.toString('hex')}"`;

const api = openBinaryApi();

async function urlToGet(content = CONTENT, contentType = 'image/png'): Promise<string> {
  const id = await api.upload(content, contentType);
  return (await api.send(`GET /Binary/${id}`, { accept: FHIR })).link();
}

describe('the URL to get content from', () => {
  it('gives it, as it came, with its checksum, and as nothing that a browser runs', async () => {
    const got = await api.send(`GET ${await urlToGet(CONTENT, 'text/html')}`);
    expect([got.status, got.bytes.equals(CONTENT)]).toEqual([200, true]);
    expect(got.headers).toEqual({
      'accept-ranges': 'bytes',
      'content-disposition': 'attachment',
      'content-length': '5000',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'content-type': 'text/html',
      etag: TAG,
      'repr-digest': `sha-256=:${SHA.toString('base64')}:`,
      'x-content-type-options': 'nosniff',
    });
  });

  it('tells a HEAD the same, whatever range it names', async () => {
    const url = await urlToGet();
    const head = await api.send(`HEAD ${url}`, { range: 'bytes=0-9' });
    expect([head.status, head.bytes.length, head.headers['content-length']]).toEqual([200, 0, '5000']);
    expect(head.headers).toEqual((await api.send(`GET ${url}`)).headers);
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=1000-1999', 1000, 1999],
    ['bytes=4000-', 4000, 4999],
    ['bytes=-10', 4990, 4999],
    ['bytes=0-99999', 0, 4999],
  ])('gives a range: %s', async (range, start, end) => {
    const got = await api.send(`GET ${await urlToGet()}`, { range });
    expect(got.status).toBe(206);
    expect(got.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/5000`,
      'content-length': String(end - start + 1),
      etag: TAG,
    });
    expect(got.bytes.equals(CONTENT.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=0-1,5-6', 'bytes=5-1', 'pages=1-2'])(
    'gives all for what it does not understand: %s',
    async (range) => {
      expect((await api.send(`GET ${await urlToGet()}`, { range })).status).toBe(200);
    },
  );

  it('has no range beyond its end', async () => {
    const got = await api.send(`GET ${await urlToGet()}`, { range: 'bytes=5000-' });
    expect([got.status, got.headers['content-range'], got.json().resourceType]).toEqual([
      416,
      'bytes */5000',
      'OperationOutcome',
    ]);
  });

  it.each([
    ['if-none-match', TAG, 304],
    ['if-none-match', `W/${TAG}`, 304],
    ['if-none-match', `"other", ${TAG}`, 304],
    ['if-none-match', '*', 304],
    ['if-none-match', '"other"', 206],
    ['if-range', TAG, 206],
    ['if-range', `W/${TAG}`, 200],
    ['if-range', '"other"', 200],
    ['if-range', 'Wed, 21 Oct 2015 07:28:00 GMT', 200],
  ])('with %s: %s and a range comes to %i', async (header, value, status) => {
    const got = await api.send(`GET ${await urlToGet()}`, { [header]: value, range: 'bytes=0-9' });
    expect([got.status, got.bytes.length]).toEqual([status, { 200: 5000, 206: 10, 304: 0 }[status]]);
  });
});

describe('a signed URL that is not right', () => {
  const changes: readonly (readonly [string, (url: string) => string])[] = [
    ['tampered with', (url) => url.replace(/signature=./, 'signature=!')],
    ['without a signature', (url) => url.replace(/&signature=.*/, '')],
    ['of another object', (url) => url.replace(/(blobs\/\w+)\/[^/]+\//, '$1/other/')],
    ['of another version', (url) => url.replace(/\/1\?/, '/2?')],
    ['of another type', (url) => url.replace('image%2Fpng', 'text%2Fhtml')],
    ['to do another thing', (url) => url.replace(/blobs\/(\w+)/, (_, way) => `blobs/${way === 'get' ? 'put' : 'get'}`)],
    ['with nothing but a path', (url) => url.replace(/\?.*/, '')],
    ['to no object', (url) => url.replace(/blobs\/.*\?/, 'blobs/?')],
    ['that goes up', (url) => url.replace(/blobs\//, 'blobs/../blobs/')],
  ];

  it.each(changes)('%s is a 403', async (_, change) => {
    const get = change(await urlToGet());
    const created = await api.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'image/png' });
    const put = change(created.link());
    for (const refused of [
      await api.send(`GET ${get}`),
      await api.send(`PUT ${put}`, { 'content-type': 'image/png' }, CONTENT),
    ]) {
      expect([refused.status, refused.json().issue[0].code]).toEqual([403, 'forbidden']);
      expect(refused.text).not.toContain('signature=');
    }
  });

  it.each([
    ['get', ['PUT', 'POST', 'DELETE', 'OPTIONS', 'get']],
    ['put', ['GET', 'HEAD', 'POST', 'DELETE']],
  ])('to %s is not for %j', async (way, methods) => {
    const created = await api.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'image/png' });
    const url = way === 'get' ? await urlToGet() : created.link();
    for (const method of methods) expect((await api.send(`${method} ${url}`)).status).toBe(403);
  });

  it('is one that has expired', async () => {
    const url = await urlToGet();
    api.clock.now += 299_999;
    expect((await api.send(`GET ${url}`)).status).toBe(200);
    api.clock.now += 1;
    expect((await api.send(`GET ${url}`)).status).toBe(403);
  });

  it('is one from elsewhere, where it is for one address', async () => {
    const { send } = openBinaryApi({ restrictToAddress: true });
    const created = await send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'image/png' });
    const put = (remoteAddress: string | undefined) =>
      send(`PUT ${created.link()}`, { 'content-type': 'image/png' }, CONTENT, { remoteAddress });
    expect((await put('198.51.100.7')).status).toBe(403);
    expect((await put(undefined)).status).toBe(403);
    expect((await put('192.0.2.1')).status).toBe(201);
  });
});

describe('transfers', () => {
  it('are told of, refused ones too', async () => {
    const own = openBinaryApi();
    const id = await own.upload(CONTENT, 'image/png');
    const url = (await own.send(`GET /Binary/${id}`, { accept: FHIR })).link();
    await own.send(`GET ${url}`, { range: 'bytes=0-9' }, undefined, { id: 'request-1' });
    await own.send(`HEAD ${url}`);
    await own.send(`GET ${url}x`);
    await own.send(`DELETE ${url}`);
    const grant = { transfer: 'get', id, version: 1, contentType: 'image/png' };
    const at = own.clock.now;
    expect(own.transfers).toEqual([
      { at, method: 'PUT', grant: { ...grant, transfer: 'put' }, status: 201, bytes: 5000, remoteAddress: '192.0.2.1' },
      { at, method: 'GET', grant, status: 206, bytes: 10, remoteAddress: '192.0.2.1', requestId: 'request-1' },
      { at, method: 'HEAD', grant, status: 200, bytes: 0, remoteAddress: '192.0.2.1' },
      { at, method: 'GET', status: 403, bytes: 0, remoteAddress: '192.0.2.1' },
      { at, method: 'DELETE', grant, status: 403, bytes: 0, remoteAddress: '192.0.2.1' },
    ]);
    expect(JSON.stringify(own.transfers)).not.toContain('signature');
  });

  it('that can not be told of are not answered', async () => {
    const failing = openBinaryApi({
      onTransfer: () => {
        throw new Error('disk');
      },
    });
    const created = await failing.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'a/b' });
    const put = await failing.send(`PUT ${created.link()}`, { 'content-type': 'a/b' }, 'content');
    expect([put.status, put.json().issue[0].code]).toEqual([503, 'transient']);
    expect(put.text).toContain('stored all the same');
    expect(failing.reported).toHaveLength(1);
  });

  it('to a disk that is full are a 507', async () => {
    const full = () => Promise.reject(new BlobStoreFullError('full'));
    const own = openBinaryApi({ wrapBlobs: (blobs) => ({ ...blobs, stage: full }) });
    const created = await own.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'a/b' });
    expect((await own.send(`PUT ${created.link()}`, { 'content-type': 'a/b' }, 'x')).status).toBe(507);
    expect((await own.send('POST /Binary', { 'content-type': 'a/b' }, 'x')).status).toBe(507);
  });

  it('to a disk that is full when the Binary has been written say so, and which it is', async () => {
    const full = () => Promise.reject(new BlobStoreFullError('full'));
    const wrapBlobs = (blobs: BlobStore): BlobStore => ({
      ...blobs,
      stage: async (...given) => ({ ...(await blobs.stage(...given)), attach: full }),
    });
    const own = openBinaryApi({ wrapBlobs });
    const post = await own.send('POST /Binary', { 'content-type': 'a/b' }, 'x');
    const { location = '' } = post.headers;
    expect([post.status, post.text]).toEqual([507, expect.stringContaining('The Binary was written without it.')]);
    expect((await own.send(`GET ${location.slice(BASE.length)}`, { accept: FHIR })).status).toBe(200);
    const put = await own.send('PUT /Binary/full', { 'content-type': 'a/b' }, 'x');
    expect([put.status, put.headers.location]).toEqual([507, `${BASE}/Binary/full/_history/1`]);
  });

  it('of what was damaged here are our fault, not that of who asks', async () => {
    const state = { damaged: false };
    const wrapBlobs = (blobs: BlobStore): BlobStore => ({
      ...blobs,
      info: (key) => (state.damaged ? Promise.reject(new BlobMismatchError('/secret/path')) : blobs.info(key)),
    });
    const own = openBinaryApi({ wrapBlobs });
    const id = await own.upload(CONTENT, 'image/png');
    const get = (await own.send(`GET /Binary/${id}`, { accept: FHIR })).link();
    const put = (await own.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'a/b' })).link();
    state.damaged = true;
    for (const answer of [
      await own.send(`GET ${get}`),
      await own.send(`PUT ${put}`, { 'content-type': 'a/b' }, 'x'),
      await own.send(`GET /Binary/${id}`),
    ]) {
      expect([answer.status, answer.json().issue[0].code]).toEqual([500, 'exception']);
      expect(answer.text).not.toContain('secret');
    }
    expect(own.reported).toHaveLength(3);
  });

  it('that fail by our own doing say nothing of why', async () => {
    const broken = () => Promise.reject(new Error('/secret/path'));
    const own = openBinaryApi({ wrapBlobs: (blobs) => ({ ...blobs, stage: broken }) });
    const created = await own.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'a/b' });
    const put = await own.send(`PUT ${created.link()}`, { 'content-type': 'a/b' }, 'x');
    expect([put.status, put.text.includes('secret'), own.reported.length]).toEqual([500, false, 1]);
  });

  it('of STU3 are refused in its codes', async () => {
    const stu3 = openBinaryApi({ version: '3.0.1' });
    const created = await stu3.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'a/b' });
    await stu3.send(`DELETE /Binary/${created.json().id}`);
    const put = await stu3.send(`PUT ${created.link()}`, { 'content-type': 'a/b' }, 'x');
    expect([put.status, put.json().issue[0].code]).toEqual([410, 'not-found']);
  });
});
