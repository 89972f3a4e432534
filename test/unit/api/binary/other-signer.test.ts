import { describe, expect, it } from 'vitest';
import { HEADER_EXTENSION, URL_EXTENSIONS } from '../../../../src/api/binary/content-extensions.ts';
import { linkHeader, parseLinkHeader } from '../../../../src/api/binary/link-header.ts';
import type { Grant, UrlSigner } from '../../../../src/api/binary/signed-urls.ts';
import { FHIR, openBinaryApi } from './binary-fixture.ts';

const TEXT = { resourceType: 'Binary', contentType: 'text/plain; x="a, b"' };
const HEADERS = { 'content-type': TEXT.contentType, 'if-none-match': '*' };

/** URLs that lead elsewhere, as those of S3: made asynchronously, with headers for a put. */
function elsewhere(more: Partial<UrlSigner> = {}) {
  const granted: Grant[] = [];
  const signer: UrlSigner = {
    async sign(grant) {
      granted.push(grant);
      const url = `https://bucket.example.org/${grant.id}/${grant.version}?signature=x`;
      return grant.transfer === 'put' ? { url, headers: HEADERS } : { url };
    },
    ...more,
  };
  return { granted, signer };
}

describe('a URL that leads elsewhere', () => {
  const { granted, signer } = elsewhere();
  const api = openBinaryApi({ signer });

  it('is shown with the headers that have to be sent: in the link, and beside it in the resource', async () => {
    const created = await api.send('POST /Binary', { 'upload-length': '7' }, TEXT);
    const { id, _data } = created.json();
    const url = `https://bucket.example.org/${id}/1?signature=x`;
    const { contentType } = TEXT;
    expect(granted.at(-1)).toEqual({ transfer: 'put', id, version: 1, contentType, length: 7, sha256: undefined });
    expect(created.headers.link).toBe(
      `<${url}>; rel="edit-media"; header="content-type: text/plain; x=\\"a, b\\""; header="if-none-match: *"`,
    );
    expect(parseLinkHeader(created.headers.link)).toEqual({ url, relation: 'edit-media', headers: HEADERS });
    expect(_data.extension).toEqual([
      { url: URL_EXTENSIONS.put, valueUrl: url },
      { url: HEADER_EXTENSION, valueString: `content-type: ${contentType}` },
      { url: HEADER_EXTENSION, valueString: 'if-none-match: *' },
    ]);
    const back = await api.send(`PUT /Binary/${id}`, { prefer: 'return=minimal' }, created.json());
    expect(back.status).toBe(200);
    expect((await api.send(`GET /Binary/${id}`, { accept: FHIR })).json()).not.toHaveProperty('_data');
  });

  it('is shown in the entries of a transaction', async () => {
    const entry = [{ resource: TEXT, request: { method: 'POST', url: 'Binary' } }];
    const answer = await api.send('POST /', {}, { resourceType: 'Bundle', type: 'transaction', entry });
    const [{ link }] = answer.json().entry;
    expect(link).toEqual([
      {
        extension: [
          { url: HEADER_EXTENSION, valueString: `content-type: ${TEXT.contentType}` },
          { url: HEADER_EXTENSION, valueString: 'if-none-match: *' },
        ],
        relation: 'edit-media',
        url: expect.stringMatching(/^https:\/\/bucket\.example\.org\//),
      },
    ]);
  });

  it('is where a reader of the content is sent', async () => {
    async function* content() {
      yield Buffer.from('content');
    }
    const { id } = (await api.send('POST /Binary', {}, TEXT)).json();
    await (await api.blobs.stage(content(), TEXT)).attach({ id, version: 1 });
    const got = await api.send(`GET /Binary/${id}`);
    expect([got.status, got.headers.location]).toEqual([302, `https://bucket.example.org/${id}/1?signature=x`]);
    expect((await api.send(`GET /Binary/${id}`, { accept: FHIR })).link()).toBe(got.headers.location);
  });
});

describe('a URL that needs the length beforehand', () => {
  const api = openBinaryApi({ signer: elsewhere({ needsLength: true }).signer });

  it('is given for it, and without it nothing is written', async () => {
    expect((await api.send('POST /Binary', { 'upload-length': '7' }, TEXT)).link()).not.toBe('');
    const refused = await api.send('POST /Binary', {}, TEXT);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('Upload-Length')]);
    expect((await api.send('GET /Binary?_summary=count')).json().total).toBe(1);
  });

  it('is not needed with the content within', async () => {
    expect((await api.send('POST /Binary', {}, { ...TEXT, data: 'QUJD' })).status).toBe(201);
  });

  it('is not given in a transaction, that can say none', async () => {
    const entry = [{ resource: TEXT, request: { method: 'POST', url: 'Binary' } }];
    const answer = await api.send('POST /', {}, { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.json().entry[0].response.status).toBe('201 Created');
    expect(answer.json().entry[0]).not.toHaveProperty('link');
  });
});

describe('the Link header of a URL', () => {
  it.each([
    [{}],
    [{ 'if-none-match': '*' }],
    [{ 'content-type': 'a/b; x="\\q, \\"; y="z"', 'x-a': ': ; header="x: y"' }],
  ])('is read as it was written: %j', (headers) => {
    const url = 'https://example.org/a?b=c,d;e';
    expect(parseLinkHeader(linkHeader('put', { url, headers }))).toEqual({ url, relation: 'edit-media', headers });
  });

  it.each([undefined, '', '<http://x>; rel="next"', 'rel="edit-media"'])('is no other: %s', (text) =>
    expect(parseLinkHeader(text)).toBeUndefined(),
  );
});
