import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { URL_EXTENSIONS } from '../../../../src/api/binary/content-extensions.ts';
import { sweepBlobs } from '../../../../src/local/blobs/sweep-blobs.ts';
import { BASE } from '../api-fixture.ts';
import { FHIR, openBinaryApi } from './binary-fixture.ts';

const CONTENT = Buffer.from('%PDF-1.7 some content'.repeat(500));
const PDF = { resourceType: 'Binary', contentType: 'application/pdf' };
const AS_PDF = { 'content-type': 'application/pdf' };
const DIGEST = createHash('sha256').update(CONTENT).digest('base64');

const RELEASES = [
  ['4.0.1', '_data', 'valueUrl'],
  ['3.0.1', '_content', 'valueUri'],
] as const;

describe.each(RELEASES)('a Binary of FHIR %s, without content', (version, element, value) => {
  const api = openBinaryApi({ version });

  it('is created with a URL to put its content to', async () => {
    const created = await api.send('POST /Binary', {}, PDF);
    expect(created.status).toBe(201);
    const { id, ...resource } = created.json();
    const url = created.link();
    expect(created.headers).toMatchObject({
      link: `<${url}>; rel="edit-media"`,
      location: `${BASE}/Binary/${id}/_history/1`,
    });
    expect(url).toMatch(new RegExp(`^${BASE}/blobs/put/${id}/1\\?`));
    expect(resource).toEqual({
      resourceType: 'Binary',
      meta: { versionId: '1', lastUpdated: expect.any(String) },
      contentType: 'application/pdf',
      [element]: { extension: [{ url: URL_EXTENSIONS.put, [value]: url }] },
    });
  });

  it('is read with a URL to get its content from, once that is there', async () => {
    const created = await api.send('POST /Binary', {}, PDF);
    const { id } = created.json();
    const before = await api.send(`GET /Binary/${id}`, { accept: FHIR });
    expect([before.status, before.headers.link, before.json()[element]]).toEqual([200, undefined, undefined]);
    expect((await api.send(`PUT ${created.link()}`, AS_PDF, CONTENT)).status).toBe(201);
    const after = await api.send(`GET /Binary/${id}`, { accept: FHIR });
    const url = after.link();
    expect(after.headers.link).toBe(`<${url}>; rel="enclosure"`);
    expect(after.json()[element]).toEqual({ extension: [{ url: URL_EXTENSIONS.get, [value]: url }] });
    expect((await api.send(`GET ${url}`)).bytes.equals(CONTENT)).toBe(true);
  });

  it('is searched, listed and had in its history without any URL', async () => {
    const id = await api.upload('content');
    for (const path of [`/Binary?_id=${id}`, `/Binary/${id}/_history`, '/Binary/_history', '/_history', '/Binary']) {
      const bundle = await api.send(`GET ${path}`, { accept: FHIR });
      expect(bundle.status).toBe(200);
      expect(bundle.text).toContain(id);
      expect(bundle.text).not.toMatch(/blobs|-url"/);
      expect(bundle.headers.link).toBeUndefined();
    }
  });

  it('that is read and written back does not keep the URL', async () => {
    const id = await api.upload('content');
    const read = (await api.send(`GET /Binary/${id}`, { accept: FHIR })).json();
    const written = await api.send(`PUT /Binary/${id}`, {}, { ...read, language: 'sv' });
    expect(written.status).toBe(200);
    const { extension } = written.json()[element];
    expect(extension).toEqual([{ url: URL_EXTENSIONS.put, [value]: written.link() }]);
    const history = await api.send(`GET /Binary/${id}/_history`, { accept: FHIR });
    expect(history.text).toContain('"language":"sv"');
    expect(history.text).not.toMatch(/blobs|-url"/);
  });
});

describe('the URL to put content to', () => {
  const api = openBinaryApi({ maxBytes: 20_000 });
  const create = async (resource: object = PDF) => (await api.send('POST /Binary', {}, resource)).link();

  it('takes it once, and tells its checksum', async () => {
    const url = await create();
    const first = await api.send(`PUT ${url}`, AS_PDF, CONTENT);
    expect([first.status, first.headers['repr-digest']]).toEqual([201, `sha-256=:${DIGEST}:`]);
    const second = await api.send(`PUT ${url}`, AS_PDF, Buffer.from('other'));
    expect([second.status, second.json().issue[0].code]).toEqual([409, 'conflict']);
  });

  it('takes one of two that come at once, whole', async () => {
    const url = await create();
    const texts = ['first'.repeat(1000), 'second'.repeat(1000)];
    const puts = await Promise.all(texts.map((text) => api.send(`PUT ${url}`, AS_PDF, text)));
    expect(puts.map(({ status }) => status).sort()).toEqual([201, 409]);
    const [, id = ''] = /put\/([^/]+)/.exec(url) ?? [];
    const { location = '' } = (await api.send(`GET /Binary/${id}`)).headers;
    expect((await api.send(`GET ${location}`)).text).toBe(texts[puts.findIndex(({ status }) => status === 201)]);
  });

  it('takes content of no bytes', async () => {
    const id = await api.upload('');
    const { location = '' } = (await api.send(`GET /Binary/${id}`)).headers;
    const got = await api.send(`GET ${location}`);
    expect([got.status, got.headers['content-length'], got.bytes.length]).toEqual([200, '0', 0]);
  });

  it.each([
    ['application/pdf', 201],
    ['Application/PDF; version=1.7', 201],
    ['text/html', 415],
    ['', 415],
  ])('takes it as the type that the Binary says: as %j %i', async (type, status) => {
    expect((await api.send(`PUT ${await create()}`, { 'content-type': type }, CONTENT)).status).toBe(status);
  });

  it.each([
    ['content-digest', `sha-256=:${DIGEST}:`, 201],
    ['content-digest', `sha-512=:AAAA:, sha-256=:${DIGEST}:`, 201],
    ['content-digest', 'sha-512=:AAAA:', 201],
    ['x-amz-checksum-sha256', DIGEST, 201],
    ['content-digest', `sha-256=:${Buffer.alloc(32).toString('base64')}:`, 400],
    ['content-digest', 'sha-256=:AAAA:', 400],
    ['x-amz-checksum-sha256', Buffer.alloc(32).toString('base64'), 400],
    ['x-amz-checksum-sha256', 'nonsense', 400],
  ])('holds it to a checksum that comes with it: %s %s', async (header, value, status) => {
    const url = await create();
    expect((await api.send(`PUT ${url}`, { ...AS_PDF, [header]: value }, CONTENT)).status).toBe(status);
    // What was refused was not kept: it can be put again.
    if (status === 400) expect((await api.send(`PUT ${url}`, AS_PDF, CONTENT)).status).toBe(201);
  });

  it('refuses too much: by its length before it comes, and else as it comes', async () => {
    const url = await create();
    const never = () => {
      throw new Error('The body was asked for.');
    };
    const told = await api.send(`PUT ${url}`, { ...AS_PDF, 'content-length': '20001' }, '', { stream: never });
    expect([told.status, told.json().issue[0].code]).toEqual([413, 'too-long']);
    expect((await api.send(`PUT ${url}`, AS_PDF, Buffer.alloc(20_001))).status).toBe(413);
    expect((await api.send(`PUT ${url}`, AS_PDF, Buffer.alloc(20_000))).status).toBe(201);
  });

  it('refuses what is encoded', async () => {
    const url = await create();
    expect((await api.send(`PUT ${url}`, { ...AS_PDF, 'content-encoding': 'gzip' }, CONTENT)).status).toBe(415);
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const url = await create();
    async function* half() {
      yield Buffer.from('half');
      throw new Error('ECONNRESET');
    }
    expect((await api.send(`PUT ${url}`, AS_PDF, '', { stream: half })).status).toBe(500);
    expect((await api.send(`PUT ${url}`, AS_PDF, CONTENT)).status).toBe(201);
  });

  it('is of no use when the Binary has been deleted', async () => {
    const created = await api.send('POST /Binary', {}, PDF);
    await api.send(`DELETE /Binary/${created.json().id}`);
    const put = await api.send(`PUT ${created.link()}`, AS_PDF, CONTENT);
    expect([put.status, put.json().issue[0].code]).toEqual([410, 'deleted']);
  });

  it('comes as a header alone where no resource is wanted in the answer', async () => {
    const created = await api.send('POST /Binary', { prefer: 'return=minimal' }, PDF);
    expect([created.status, created.text]).toEqual([201, '']);
    expect((await api.send(`PUT ${created.link()}`, AS_PDF, CONTENT)).status).toBe(201);
  });

  it('is not given where nothing was created', async () => {
    const tagged = { ...PDF, meta: { tag: [{ code: 'once' }] } };
    const once = { 'if-none-exist': '_tag=once' };
    expect((await api.send('POST /Binary', once, tagged)).link()).not.toBe('');
    const again = await api.send('POST /Binary', once, tagged);
    expect([again.status, again.headers.link]).toEqual([200, undefined]);
    expect(again.text).not.toContain('-url"');
  });
});

describe('versions of a Binary', () => {
  const api = openBinaryApi();

  it('have a content each', async () => {
    const id = await api.upload('first');
    const updated = await api.send(`PUT /Binary/${id}`, {}, { ...PDF, id, contentType: 'text/plain' });
    expect(updated.link()).toContain(`/blobs/put/${id}/2?`);
    expect((await api.send(`GET /Binary/${id}`)).status).toBe(404);
    await api.send(`PUT ${updated.link()}`, { 'content-type': 'text/plain' }, 'second');
    const contents = [];
    for (const path of [`/Binary/${id}`, `/Binary/${id}/_history/1`, `/Binary/${id}/_history/2`]) {
      const { location = '' } = (await api.send(`GET ${path}`)).headers;
      contents.push((await api.send(`GET ${location}`)).text);
    }
    expect(contents).toEqual(['second', 'first', 'second']);
  });

  it('are there after a deletion, which is a 410', async () => {
    const id = await api.upload('kept');
    expect((await api.send(`DELETE /Binary/${id}`)).status).toBe(204);
    expect((await api.send(`GET /Binary/${id}`)).status).toBe(410);
    const { location = '' } = (await api.send(`GET /Binary/${id}/_history/1`)).headers;
    expect((await api.send(`GET ${location}`)).text).toBe('kept');
  });

  it('keep it through a sweep, those before an update and a deletion too', async () => {
    const id = await api.upload('first');
    await api.send(`PUT /Binary/${id}`, { 'content-type': 'text/plain' }, 'second');
    await api.send(`DELETE /Binary/${id}`);
    const orphan = { id: 'orphan', version: 1 };
    async function* left() {
      yield Buffer.from('left');
    }
    await (await api.blobs.stage(left(), { contentType: 'text/plain' })).attach(orphan);
    expect(await sweepBlobs(api.blobs, api.store, Date.now() + 60_000)).toBe(1);
    expect(await api.blobs.info(orphan)).toBeUndefined();
    for (const [version, text] of [
      [1, 'first'],
      [2, 'second'],
    ]) {
      const { location = '' } = (await api.send(`GET /Binary/${id}/_history/${version}`)).headers;
      expect((await api.send(`GET ${location}`)).text).toBe(text);
    }
  });

  it('do not begin with what was left of a version that the store has lost', async () => {
    async function* left() {
      yield Buffer.from('left');
    }
    const key = { id: 'lost', version: 1 };
    await (await api.blobs.stage(left(), { contentType: 'text/plain' })).attach(key);
    const created = await api.send('PUT /Binary/lost', {}, { ...PDF, id: 'lost', contentType: 'text/plain' });
    expect((await api.send('GET /Binary/lost')).status).toBe(404);
    await api.send(`PUT ${created.link()}`, { 'content-type': 'text/plain' }, 'right');
    const { location = '' } = (await api.send('GET /Binary/lost')).headers;
    expect((await api.send(`GET ${location}`)).text).toBe('right');
  });
});

describe('a Binary in a Bundle', () => {
  const api = openBinaryApi();

  const post = (resource: object) => ({ resource, request: { method: 'POST', url: 'Binary' } });
  const transact = (entry: readonly object[], headers = {}, at = api) =>
    at.send('POST /', headers, { resourceType: 'Bundle', type: 'transaction', entry });
  const TEXT = { ...PDF, contentType: 'text/plain' };

  it('of a transaction is stored, and its entry has the URL for its content', async () => {
    const answer = await transact([
      post(TEXT),
      { resource: { ...TEXT, id: 'own' }, request: { method: 'PUT', url: 'Binary/own' } },
    ]);
    expect(answer.json().entry).toHaveLength(2);
    for (const { link, response } of answer.json().entry) {
      expect(response.status).toBe('201 Created');
      expect(link).toEqual([{ relation: 'edit-media', url: expect.stringContaining('/blobs/put/') }]);
      expect((await api.send(`PUT ${link[0].url}`, { 'content-type': 'text/plain' }, 'content')).status).toBe(201);
      const { location = '' } = (await api.send(`GET ${new URL(response.location).pathname.slice(5)}`)).headers;
      expect((await api.send(`GET ${location}`)).text).toBe('content');
    }
    expect((await api.send('GET /Binary/own/_history', { accept: FHIR })).text).not.toMatch(/blobs|-url"/);
  });

  it('of a transaction that answers with resources has it there too', async () => {
    const answer = await transact([post(TEXT)], { prefer: 'return=representation' });
    const [{ link, resource }] = answer.json().entry;
    expect(resource._data.extension).toEqual([{ url: URL_EXTENSIONS.put, valueUrl: link[0].url }]);
  });

  it('of a transaction has no URL with its content within, unchanged, or deleted', async () => {
    const inline = { ...TEXT, data: 'QUJD' };
    const made = await transact([
      post(inline),
      { resource: { ...TEXT, id: 'there' }, request: { method: 'PUT', url: 'Binary/there' } },
    ]);
    expect(made.json().entry[0]).not.toHaveProperty('link');
    const request = { method: 'POST', url: 'Binary', ifNoneExist: '_id=there' };
    const again = await transact([{ resource: TEXT, request }]);
    expect(again.json().entry[0].response.status).toBe('200 OK');
    const deleted = await transact([{ request: { method: 'DELETE', url: 'Binary/there' } }]);
    expect(again.text + deleted.text).not.toMatch(/blobs/);
  });

  it('of a transaction has none that could not be used: where it would be for an address', async () => {
    const bound = openBinaryApi({ restrictToAddress: true });
    const answer = await transact([post(TEXT)], {}, bound);
    expect(answer.json().entry[0].response.status).toBe('201 Created');
    expect(answer.text).not.toMatch(/blobs/);
  });

  it('of a transaction does not get what was left of a version that the store has lost', async () => {
    async function* left() {
      yield Buffer.from('left');
    }
    const key = { id: 'lost-in-bundle', version: 1 };
    await (await api.blobs.stage(left(), { contentType: 'text/plain' })).attach(key);
    const request = { method: 'PUT', url: `Binary/${key.id}` };
    await transact([{ resource: { ...TEXT, id: key.id }, request }]);
    expect(await api.blobs.info(key)).toBeUndefined();
  });

  it('of a transaction is written all the same when no URL can be made', async () => {
    const failing = openBinaryApi({ signer: { sign: () => Promise.reject(new Error('no credentials')) } });
    const answer = await transact([post(TEXT)], {}, failing);
    expect([answer.status, answer.json().entry[0].response.status]).toEqual([200, '201 Created']);
    expect(failing.reported).toHaveLength(1);
  });

  it.each(['batch', 'transaction'])('of a %s is checked, and does not keep a URL', async (type) => {
    const entry = (resource: object) => [{ resource, request: { method: 'POST', url: 'Binary' } }];
    for (const [wrong, status] of [
      [{ ...PDF, data: 'not base64' }, /^400/],
      [{ ...PDF, data: Buffer.alloc(1001).toString('base64') }, /^413/],
      [{ resourceType: 'Binary', data: 'QUJD' }, /^400/],
    ] as const) {
      const refused = await api.send('POST /', {}, { resourceType: 'Bundle', type, entry: entry(wrong) });
      const outcome = type === 'batch' ? refused.json().entry[0].response : { status: String(refused.status) };
      expect(outcome.status).toMatch(status);
    }
    const echo = { ...PDF, _data: { extension: [{ url: URL_EXTENSIONS.get, valueUrl: 'http://x/blobs/get/a/1' }] } };
    const stored = await api.send('POST /', {}, { resourceType: 'Bundle', type, entry: entry(echo) });
    expect(stored.status).toBe(200);
    expect((await api.send('GET /Binary/_history', { accept: FHIR })).text).not.toMatch(/blobs|-url"/);
  });

  it.each(['batch', 'transaction'])('of a %s is read as a resource, without any URL', async (type) => {
    const id = await api.upload('content');
    const entry = [{ request: { method: 'GET', url: `Binary/${id}` } }];
    const answer = await api.send('POST /', {}, { resourceType: 'Bundle', type, entry });
    expect(answer.json().entry[0].resource).toMatchObject({ id, contentType: 'text/plain' });
    expect(answer.text).not.toMatch(/blobs|-url"/);
  });
});
