import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HEADER_EXTENSION } from '../../../../../src/api/binary/content-extensions.ts';
import { parseLinkHeader } from '../../../../../src/api/binary/link-header.ts';
import { openS3BlobStore } from '../../../../../src/storage/aws/s3/s3-blob-store.ts';
import { createS3SignedUrls } from '../../../../../src/storage/aws/s3/signed-urls.ts';
import { FHIR, openBinaryApi } from '../../../api/binary/binary-fixture.ts';
import { ENDPOINT, openBench } from './s3-fixture.ts';

const TEXT = { resourceType: 'Binary', contentType: 'text/plain' };
const CONTENT = 'content';
const DIGEST = `sha-256=:${createHash('sha256').update(CONTENT).digest('base64')}:`;

describe.skipIf(ENDPOINT === undefined)('a Binary whose content is in S3', () => {
  const { bucket } = openBench();
  const blobs = openS3BlobStore(bucket);
  const signer = createS3SignedUrls(bucket, { lifetime: 60_000 });
  const api = openBinaryApi({ signer, wrapBlobs: () => blobs });

  /** PUTs as the link says. */
  const put = async (link: string | undefined, body = CONTENT) => {
    const { url = '', headers } = parseLinkHeader(link) ?? {};
    return (await fetch(url, { method: 'PUT', headers, body })).status;
  };
  const got = async (id: string) => {
    const read = await api.send(`GET /Binary/${id}`);
    return read.status === 302 ? (await fetch(read.headers.location ?? '')).text() : read.status;
  };

  it.each([
    ['nothing was said', {}],
    ['length and checksum were said', { 'upload-length': '7', 'upload-digest': DIGEST }],
  ])('gets it by what the answer shows, when %s', async (_, said) => {
    const created = await api.send('POST /Binary', said, TEXT);
    const { id } = created.json();
    expect(await got(id)).toBe(404);
    expect(await put(created.headers.link)).toBe(200);
    expect(await put(created.headers.link)).toBe(412);
    expect(await got(id)).toBe(CONTENT);
    const { link } = (await api.send(`GET /Binary/${id}`, { accept: FHIR })).headers;
    expect(await (await fetch(parseLinkHeader(link)?.url ?? '')).text()).toBe(CONTENT);
  });

  it('gets it as the body of the request, too', async () => {
    const created = await api.send('POST /Binary', { 'content-type': 'text/plain', accept: FHIR }, CONTENT);
    expect(created.status).toBe(201);
    expect(await got(created.json().id)).toBe(CONTENT);
  });

  it('gets it by what the entry of a transaction shows', async () => {
    const entry = [{ resource: TEXT, request: { method: 'POST', url: 'Binary' } }];
    const answer = await api.send('POST /', {}, { resourceType: 'Bundle', type: 'transaction', entry });
    const [{ link, response }] = answer.json().entry;
    const lines: readonly { url: string; valueString: string }[] = link[0].extension;
    expect(lines.every(({ url }) => url === HEADER_EXTENSION)).toBe(true);
    const headers = lines.map(({ valueString }) => valueString.split(/: (.*)/, 2) as [string, string]);
    expect((await fetch(link[0].url, { method: 'PUT', headers, body: CONTENT })).status).toBe(200);
    expect(await got(response.location.split('/').at(-3))).toBe(CONTENT);
  });

  it('has none after an update, until it gets another; the version before keeps its own', async () => {
    const created = await api.send('POST /Binary', {}, TEXT);
    const { id } = created.json();
    await put(created.headers.link, 'first');
    const updated = await api.send(`PUT /Binary/${id}`, {}, { ...TEXT, id });
    expect(await got(id)).toBe(404);
    await put(updated.headers.link, 'second');
    expect([await got(id), await got(`${id}/_history/1`)]).toEqual(['second', 'first']);
  });
});
