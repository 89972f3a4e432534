import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { announcedContent } from '../../../../src/api/binary/announced-content.ts';
import { openBinaryApi } from './binary-fixture.ts';

const CONTENT = 'content';
const SUM = createHash('sha256').update(CONTENT).digest();
const DIGEST = `sha-256=:${SUM.toString('base64')}:`;
const TEXT = { resourceType: 'Binary', contentType: 'text/plain' };
const AS_TEXT = { 'content-type': 'text/plain' };

describe('what is said of content beforehand', () => {
  it.each([
    [{}, {}],
    [{ 'upload-length': '0' }, { length: 0 }],
    [
      { 'upload-length': '12', 'upload-digest': DIGEST },
      { length: 12, sha256: SUM.toString('hex') },
    ],
    [{ 'upload-digest': `md5=:AAAA:, ${DIGEST}` }, { sha256: SUM.toString('hex') }],
  ])('is read from %j', (headers, announced) => expect(announcedContent(headers)).toEqual(announced));

  it.each<Readonly<Record<string, string>>>([
    { 'upload-length': '-1' },
    { 'upload-length': '1.5' },
    { 'upload-length': '' },
    { 'upload-length': '1e3' },
    { 'upload-digest': 'sha-256=:AAAA:' },
    { 'upload-digest': 'md5=:AAAA:' },
    { 'upload-digest': 'x' },
  ])('is refused where it says nothing: %j', async (headers) => {
    expect(() => announcedContent(headers)).toThrow(/Upload-/);
    const api = openBinaryApi();
    expect((await api.send('POST /Binary', headers, TEXT)).status).toBe(400);
    expect((await api.send('GET /Binary?_summary=count')).json().total).toBe(0);
  });
});

describe('a URL for content of which something was said', () => {
  const api = openBinaryApi({ maxBytes: 100 });
  const urlFor = async (headers: Readonly<Record<string, string>>) =>
    (await api.send('POST /Binary', headers, TEXT)).link();

  it('takes that content', async () => {
    const url = await urlFor({ 'upload-length': '7', 'upload-digest': DIGEST });
    expect((await api.send(`PUT ${url}`, AS_TEXT, CONTENT)).status).toBe(201);
  });

  it.each([
    ['a longer one', { 'upload-length': '7' }, {}, 'content!'],
    ['a shorter one', { 'upload-length': '7' }, {}, 'conten'],
    ['one that says that it is longer', { 'upload-length': '7' }, { 'content-length': '8' }, CONTENT],
    ['none', { 'upload-length': '7' }, {}, ''],
    ['other bytes', { 'upload-digest': DIGEST }, {}, 'tnetnoc'],
    [
      'another checksum',
      { 'upload-digest': DIGEST },
      { 'x-amz-checksum-sha256': SUM.fill(1, 0, 1).toString('base64') },
      CONTENT,
    ],
  ])('refuses %s, and keeps nothing', async (_, said, headers, body) => {
    const url = await urlFor(said);
    expect((await api.send(`PUT ${url}`, { ...AS_TEXT, ...headers }, body)).status).toBe(400);
    expect(await api.blobs.removeUnfinished(Date.now() + 60_000)).toBe(0);
  });

  it.each(['length', 'sha256'])('is another when that is changed: %s', async (name) => {
    const url = new URL(await urlFor({ 'upload-length': '7', 'upload-digest': DIGEST }));
    url.searchParams.set(name, name === 'length' ? '8' : '0'.repeat(64));
    expect((await api.send(`PUT ${url.href}`, AS_TEXT, 'content!')).status).toBe(403);
    url.searchParams.delete(name);
    expect((await api.send(`PUT ${url.href}`, AS_TEXT, 'content!')).status).toBe(403);
  });

  it('is not given for more than the server takes', async () => {
    expect((await api.send('POST /Binary', { 'upload-length': '101' }, TEXT)).status).toBe(413);
    expect((await api.send('POST /Binary', { 'upload-length': '100' }, TEXT)).status).toBe(201);
  });
});
