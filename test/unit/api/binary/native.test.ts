import { describe, expect, it } from 'vitest';
import { FHIR, openBinaryApi } from './binary-fixture.ts';

const PNG = Buffer.from('89504e470d0a1a0a00ff', 'hex');
const TYPE = { contentType: 'image/png' };
const AS_PNG = { 'content-type': 'image/png' };
const api = openBinaryApi();

/** The content of a Binary, by the way that a reader goes who has no wish. */
async function contentOf(path: string): Promise<Buffer> {
  const redirection = await api.send(`GET ${path}`, { accept: '*/*' });
  expect(redirection.status).toBe(302);
  return (await api.send(`GET ${redirection.headers.location}`)).bytes;
}

describe('content as the body of a request', () => {
  it('creates a Binary for it', async () => {
    const created = await api.send('POST /Binary', { ...AS_PNG, accept: FHIR, 'x-security-context': 'Patient/1' }, PNG);
    expect(created.status).toBe(201);
    expect(created.json()).toEqual({
      resourceType: 'Binary',
      id: expect.any(String),
      meta: { versionId: '1', lastUpdated: expect.any(String) },
      contentType: 'image/png',
      securityContext: { reference: 'Patient/1' },
    });
    expect((await contentOf(`/Binary/${created.json().id}`)).equals(PNG)).toBe(true);
  });

  it('updates one, and creates it under its id', async () => {
    expect((await api.send('PUT /Binary/p1', AS_PNG, PNG)).status).toBe(201);
    const other = Buffer.concat([PNG, PNG]);
    expect((await api.send('PUT /Binary/p1', { ...AS_PNG, 'if-match': 'W/"1"' }, other)).status).toBe(200);
    expect((await contentOf('/Binary/p1')).equals(other)).toBe(true);
    expect((await contentOf('/Binary/p1/_history/1')).equals(PNG)).toBe(true);
  });

  it('that was refused is not kept', async () => {
    await api.send('PUT /Binary/p2', AS_PNG, PNG);
    expect((await api.send('PUT /Binary/p2', { ...AS_PNG, 'if-match': 'W/"7"' }, PNG)).status).toBe(412);
    expect(await api.blobs.removeUnfinished(Date.now() + 60_000)).toBe(0);
  });

  it.each([
    ['application/xml', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>'],
    ['text/xml; charset=utf-8', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>'],
    ['application/json', '{"resourceType":"Patient"}'],
    ['application/json', '[1.50, 2]'],
    // Everything is, but a Binary itself (https://hl7.org/fhir/R4/binary.html#rest).
    ['application/fhir+json', '{ "resourceType": "Patient" }'],
  ])('may be %s: %s', async (type, text) => {
    const created = await api.send('POST /Binary', { 'content-type': type, accept: FHIR }, text);
    expect([created.status, created.json().contentType]).toEqual([201, type]);
    expect((await contentOf(`/Binary/${created.json().id}`)).toString()).toBe(text);
  });

  it.each([
    ['application/json', '{"resourceType":"Binary","contentType":"image/png"}'],
    ['text/json', ' {"contentType":"image/png","resourceType":"Binary"}'],
  ])('is not a Binary, as %s', async (type, text) => {
    const created = await api.send('POST /Binary', { 'content-type': type, accept: FHIR }, text);
    expect([created.status, created.json().contentType]).toEqual([201, 'image/png']);
    expect(created.link()).toContain('/blobs/put/');
  });

  it.each([
    ['application/x-www-form-urlencoded', {}, 415],
    ['multipart/form-data; boundary=x', {}, 415],
    ['application/fhir+xml', {}, 415],
    ['nonsense', {}, 400],
    ['image/png', { 'content-encoding': 'gzip' }, 415],
    ['image/png', { 'x-security-context': 'Patient/1 Patient/2' }, 400],
    ['image/png', { 'content-digest': 'sha-256=:AAAA:' }, 400],
    ['application/fhir+json', {}, 400],
  ])('as %s with %j is refused before it is read: %i', async (type, headers, status) => {
    const stream = () => {
      throw new Error('The body was asked for.');
    };
    const refused = await api.send('POST /Binary', { 'content-type': type, ...headers }, 'no json', { stream });
    expect([refused.status, refused.json().resourceType]).toEqual([status, 'OperationOutcome']);
    expect(api.reported).toEqual([]);
  });
});

describe('a reader', () => {
  const html = '<script>alert(1)</script>';

  it('is led to the content by everything but a name of FHIR', async () => {
    const id = await api.upload(PNG, 'image/png');
    for (const accept of ['*/*', 'image/png', 'image/*', 'text/html,application/xml;q=0.9,*/*;q=0.8', '']) {
      const redirection = await api.send(`GET /Binary/${id}`, { accept });
      expect([accept, redirection.status, redirection.headers.etag]).toEqual([accept, 302, 'W/"1"']);
      expect(redirection.headers.location).toContain(`/blobs/get/${id}/1?`);
    }
    for (const accept of [FHIR, 'application/json', 'application/fhir+json;q=0.5, */*;q=0.1']) {
      expect((await api.send(`GET /Binary/${id}`, { accept })).json().resourceType).toBe('Binary');
    }
    expect((await api.send(`GET /Binary/${id}?_format=json`, { accept: 'image/png' })).json().id).toBe(id);
    for (const [accept, status] of [
      ['application/fhir+xml', 406],
      ['application/fhir+xml;q=0.9, image/png', 302],
      ['application/fhir+xml, image/png', 302],
    ] as const) {
      expect([accept, (await api.send(`GET /Binary/${id}`, { accept })).status]).toEqual([accept, status]);
    }
  });

  it('who asks by HEAD is told what a GET says', async () => {
    const id = await api.upload(PNG, 'image/png');
    const inline = { resourceType: 'Binary', id: 'h1', contentType: 'image/png', data: PNG.toString('base64') };
    await api.send('PUT /Binary/h1', {}, inline);
    for (const path of [`/Binary/${id}`, `/Binary/${id}/_history/1`, '/Binary/h1'])
      for (const accept of ['*/*', FHIR]) {
        const get = await api.send(`GET ${path}`, { accept });
        const head = await api.send(`HEAD ${path}`, { accept });
        const { 'content-length': length = '0', ...headers } = head.headers;
        expect([head.status, head.text, length]).toEqual([get.status, '', String(get.bytes.length)]);
        expect(headers).toEqual(get.headers);
      }
  });

  it('is told that there is no content yet', async () => {
    const { id } = (await api.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'image/png' })).json();
    const answer = await api.send(`GET /Binary/${id}`, { accept: 'image/png' });
    expect([answer.status, answer.json().issue[0]]).toMatchObject([404, { code: 'not-found' }]);
    expect(answer.text).toContain('no content yet');
  });

  it('is told of what is not there as of any resource', async () => {
    const answer = await api.send('GET /Binary/none', { accept: 'image/png' });
    expect([answer.status, answer.json().resourceType]).toEqual([404, 'OperationOutcome']);
  });

  it('has the security context as a header', async () => {
    const resource = { resourceType: 'Binary', contentType: 'text/html', securityContext: { reference: 'Patient/1' } };
    const data = Buffer.from(html).toString('base64');
    const { id } = (await api.send('POST /Binary', {}, { ...resource, data })).json();
    expect((await api.send(`GET /Binary/${id}`)).headers['x-security-context']).toBe('Patient/1');
    await api.send('PUT /Binary/s1', { ...AS_PNG, 'x-security-context': 'Patient/2' }, PNG);
    expect((await api.send('GET /Binary/s1')).headers['x-security-context']).toBe('Patient/2');
  });

  it('has what is within the resource at once, to be saved and not shown', async () => {
    const data = Buffer.from(html).toString('base64');
    const created = await api.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'text/html', data });
    expect(created.headers.link).toBeUndefined();
    expect(created.json()).toMatchObject({ data });
    const { id } = created.json();
    const got = await api.send(`GET /Binary/${id}`, { accept: '*/*' });
    expect([got.status, got.text]).toEqual([200, html]);
    expect(got.headers).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': 'attachment',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    for (const accept of ['*/*', FHIR]) {
      const known = await api.send(`GET /Binary/${id}`, { accept, 'if-none-match': 'W/"1"' });
      expect([known.status, known.text]).toEqual([304, '']);
    }
  });

  it('who has the version is given a URL again, of content outside', async () => {
    const id = await api.upload(PNG, 'image/png');
    const again = await api.send(`GET /Binary/${id}`, { accept: FHIR, 'if-none-match': 'W/"1"' });
    expect([again.status, again.link()]).toEqual([200, expect.stringContaining('/blobs/get/')]);
  });
});

describe('content within a Binary', () => {
  it.each([
    ['4.0.1', 'data', 'QUJD', 201],
    ['4.0.1', 'data', 'QU\nJD ', 201],
    ['4.0.1', 'data', Buffer.alloc(100).toString('base64'), 201],
    ['4.0.1', 'data', Buffer.alloc(99).toString('base64'), 201],
    ['4.0.1', 'data', Buffer.alloc(101).toString('base64'), 413],
    ['4.0.1', 'data', Buffer.alloc(102).toString('base64'), 413],
    ['4.0.1', 'data', 'QUI', 400],
    ['4.0.1', 'data', 'QUJ*', 400],
    ['4.0.1', 'data', 'Q=JD', 400],
    ['4.0.1', 'data', 'QUJD=', 400],
    ['4.0.1', 'data', '====', 400],
    ['4.0.1', 'data', 'QUJ_', 400],
    ['4.0.1', 'data', '', 400],
    ['4.0.1', 'data', 5, 400],
    ['4.0.1', 'data', ['QUJD'], 400],
    ['4.0.1', 'data', null, 400],
    ['3.0.1', 'content', 'QUJD', 201],
    ['3.0.1', 'content', 'QUI', 400],
    ['3.0.1', 'content', Buffer.alloc(101).toString('base64'), 413],
  ] as const)('of FHIR %s, %s: %j comes to %i', async (version, element, value, status) => {
    const { send } = openBinaryApi({ version, inlineBytes: 100 });
    const answer = await send(
      'POST /Binary',
      {},
      { resourceType: 'Binary', contentType: 'text/plain', [element]: value },
    );
    expect(answer.status).toBe(status);
    if (status !== 201) expect(answer.json().issue[0].expression).toEqual([`Binary.${element}`]);
  });

  it('is given back as it was meant, white space or not', async () => {
    const data = `${PNG.toString('base64').slice(0, 5)}\r\n\t ${PNG.toString('base64').slice(5)}\n`;
    const { id } = (await api.send('POST /Binary', {}, { resourceType: 'Binary', ...TYPE, data })).json();
    expect((await api.send(`GET /Binary/${id}`)).bytes.equals(PNG)).toBe(true);
    expect((await api.send(`GET /Binary/${id}`, { accept: FHIR })).json().data).toBe(data);
  });

  it('and content outside may follow each other as versions', async () => {
    const data = PNG.toString('base64');
    await api.send('PUT /Binary/v1', AS_PNG, 'outside');
    const within = await api.send('PUT /Binary/v1', {}, { resourceType: 'Binary', id: 'v1', ...TYPE, data });
    expect([within.status, within.headers.link]).toEqual([200, undefined]);
    await api.send('PUT /Binary/v1', AS_PNG, 'outside again');
    expect((await contentOf('/Binary/v1/_history/1')).toString()).toBe('outside');
    expect((await api.send('GET /Binary/v1/_history/2')).bytes.equals(PNG)).toBe(true);
    expect((await contentOf('/Binary/v1')).toString()).toBe('outside again');
  });

  it('that is too large is refused by a text that names the element and says what to do', async () => {
    const { send } = openBinaryApi({ inlineBytes: 100 });
    const data = Buffer.alloc(101).toString('base64');
    const answer = await send('POST /Binary', {}, { resourceType: 'Binary', ...TYPE, data });
    const [issue] = answer.json().issue;
    expect([answer.status, issue.code, issue.expression]).toEqual([413, 'too-long', ['Binary.data']]);
    expect(issue.details.text).toMatch(/^"data" holds more than 100 bytes\. .*PUT/);
  });

  it('may be as large as is configured', async () => {
    const { send } = openBinaryApi({ inlineBytes: 2 ** 25 });
    const data = Buffer.alloc(2 ** 25, 'x').toString('base64');
    const answer = await send(
      'POST /Binary',
      { prefer: 'return=minimal' },
      { resourceType: 'Binary', contentType: 'a/b', data },
    );
    expect(answer.status).toBe(201);
    const wrong = { resourceType: 'Binary', contentType: 'a/b', data: `${data.slice(0, -4)}****` };
    expect((await send('POST /Binary', {}, wrong)).status).toBe(400);
  });

  it.each([undefined, '', 'png', 'image/', 'image/png\n', 'image/png; x=\u00e9', 5])(
    'needs a media type, and not %j',
    async (contentType) => {
      const answer = await api.send('POST /Binary', {}, { resourceType: 'Binary', contentType });
      expect([answer.status, answer.json().issue[0].expression]).toEqual([400, ['Binary.contentType']]);
    },
  );

  it('keeps what its writer says of the element, beside the URL', async () => {
    const own = { url: 'http://example.org/own', valueString: 'x' };
    const resource = { resourceType: 'Binary', contentType: 'a/b', _data: { id: 'd', extension: [own] } };
    const created = (await api.send('POST /Binary', {}, resource)).json();
    expect(created._data).toEqual({
      id: 'd',
      extension: [own, expect.objectContaining({ valueUrl: expect.any(String) })],
    });
    const again = await api.send(`PUT /Binary/${created.id}`, { prefer: 'return=minimal' }, created);
    expect(again.status).toBe(200);
    const stored = (await api.send(`GET /Binary/${created.id}`, { accept: FHIR })).json();
    expect(stored._data).toEqual({ id: 'd', extension: [own] });
  });
});
