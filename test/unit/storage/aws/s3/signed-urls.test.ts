import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { UrlSigner } from '../../../../../src/api/binary/signed-urls.ts';
import type { Bucket } from '../../../../../src/storage/aws/s3/bucket.ts';
import { openS3BlobStore } from '../../../../../src/storage/aws/s3/s3-blob-store.ts';
import { createS3SignedUrls, type S3Grant, type S3SignedUrl } from '../../../../../src/storage/aws/s3/signed-urls.ts';
import { ENDPOINT, openBench } from './s3-fixture.ts';

const BODY = 'hello';
const SHA256 = createHash('sha256').update(BODY).digest('hex');
const PUT: S3Grant = { transfer: 'put', id: 'a', version: 1, contentType: 'text/plain; charset=utf-8' };
const KMS = 'arn:aws:kms:us-east-1:000000000000:key/1';
const LIFETIME = 60_000;

const bench = openBench();
const urlsOf = (more: Partial<Bucket> = {}) => createS3SignedUrls({ ...bench.bucket, ...more }, { lifetime: LIFETIME });

describe('a URL of S3', () => {
  it("is what the API's port wants", () => {
    const signer: UrlSigner = urlsOf();
    expect(signer.needsLength).toBe(false);
  });

  it.each<[string, Partial<S3Grant>, Partial<Bucket>, readonly string[]]>([
    ['of which nothing was said', {}, {}, ['content-type', 'if-none-match']],
    ['whose length was said', { length: 5 }, {}, ['content-type', 'if-none-match']],
    ['whose checksum was said', { sha256: SHA256 }, {}, ['content-type', 'if-none-match', 'x-amz-checksum-sha256']],
    [
      'that KMS encrypts',
      {},
      { kmsKeyId: KMS },
      [
        'content-type',
        'if-none-match',
        'x-amz-server-side-encryption',
        'x-amz-server-side-encryption-aws-kms-key-id',
        'x-amz-server-side-encryption-bucket-key-enabled',
      ],
    ],
  ])('for a content %s has to be put with the headers that it is signed for', async (_, more, bucket, names) => {
    const { url, headers } = await urlsOf(bucket).sign({ ...PUT, ...more });
    expect(Object.keys(headers)).toEqual(names);
    const signed = new URL(url).searchParams.get('X-Amz-SignedHeaders')?.split(';');
    expect(signed).toEqual([...names, 'host', ...(more.length === undefined ? [] : ['content-length'])].sort());
  });

  it('asks for nothing about KMS where the bucket sees to it', async () => {
    const options = { lifetime: LIFETIME, encryptedByBucket: true };
    const { headers } = await createS3SignedUrls({ ...bench.bucket, kmsKeyId: KMS }, options).sign(PUT);
    expect(Object.keys(headers)).toEqual(['content-type', 'if-none-match']);
  });

  it.each([
    [300_000, '300'],
    [1500, '2'],
    [1, '1'],
  ])('holds for %i ms: %s s', async (lifetime, seconds) => {
    const { url } = await createS3SignedUrls(bench.bucket, { lifetime }).sign(PUT);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe(seconds);
  });

  it('does not hold for a month, for no time, or for one address', () => {
    for (const options of [
      { lifetime: 8 * 86_400_000 },
      { lifetime: 0 },
      { lifetime: LIFETIME, restrictToAddress: true },
    ])
      expect(() => createS3SignedUrls(bench.bucket, options)).toThrow(RangeError);
    expect(() => createS3SignedUrls(bench.bucket, { lifetime: LIFETIME, restrictToAddress: true })).toThrow(
      'binary.restrictToAddress',
    );
  });

  it('needs the length beforehand where there is a largest content', () => {
    expect(createS3SignedUrls(bench.bucket, { lifetime: LIFETIME, maxBytes: 10 }).needsLength).toBe(true);
  });
});

describe.skipIf(ENDPOINT === undefined)('S3, given a signed URL', () => {
  const blobs = openS3BlobStore(bench.bucket);
  const urls = urlsOf();
  let ids = 0;
  const newGrant = (more: Partial<S3Grant> = {}): S3Grant => ({ ...PUT, id: `binary-${ids++}`, ...more });
  const put = async (
    { url, headers }: S3SignedUrl,
    body = BODY,
    more: Readonly<Record<string, string | undefined>> = {},
  ) => {
    const all = Object.entries({ ...headers, ...more }).filter(
      (each): each is [string, string] => each[1] !== undefined,
    );
    return (await fetch(url, { method: 'PUT', headers: all, body })).status;
  };

  it('takes a content, and says what it is', async () => {
    const grant = newGrant({ length: 5, sha256: SHA256 });
    expect(await put(await urls.sign(grant))).toBe(200);
    expect(await blobs.info(grant)).toEqual({ contentType: PUT.contentType, length: 5, sha256: SHA256 });
    const got = await fetch((await urls.sign({ ...grant, transfer: 'get' })).url);
    expect(await got.text()).toBe(BODY);
    expect(got.headers.get('content-type')).toBe(PUT.contentType);
    expect(got.headers.get('content-disposition')).toBe('attachment');
  });

  it('takes one of which nothing was said: then there is no checksum', async () => {
    const grant = newGrant();
    expect(await put(await urls.sign(grant))).toBe(200);
    expect(await blobs.info(grant)).toEqual({ contentType: PUT.contentType, length: 5, sha256: undefined });
    expect((await fetch((await urls.sign({ ...grant, transfer: 'get' })).url)).status).toBe(200);
  });

  it.each<[string, number, string, Readonly<Record<string, string | undefined>>]>([
    ['another type', 403, BODY, { 'content-type': 'text/html' }],
    ['no condition', 403, BODY, { 'if-none-match': undefined }],
    ['a longer content', 403, 'hello!', {}],
    ['a shorter content', 403, 'hell', {}],
    ['other bytes', 400, 'jello', {}],
    ['no checksum', 403, BODY, { 'x-amz-checksum-sha256': undefined }],
    ['another checksum', 403, BODY, { 'x-amz-checksum-sha256': 'AAAA' }],
  ])('refuses %s, and keeps nothing: %i', async (_, status, body, more) => {
    const grant = newGrant({ length: 5, sha256: SHA256 });
    expect(await put(await urls.sign(grant), body, more)).toBe(status);
    expect(await blobs.info(grant)).toBeUndefined();
  });

  it('takes one content for a version, and no second', async () => {
    const grant = newGrant();
    const signed = await urls.sign(grant);
    expect(await put(signed)).toBe(200);
    expect(await put(signed, 'other')).toBe(412);
    expect((await blobs.info(grant))?.length).toBe(5);
  });

  it('gives that version, as that type, for that method, and nothing else', async () => {
    const grant = newGrant();
    await put(await urls.sign(grant));
    const { url } = await urls.sign({ ...grant, transfer: 'get' });
    expect((await fetch(url, { headers: { range: 'bytes=1-2' } })).status).toBe(206);
    for (const other of [
      url.replace(`${grant.id}/1`, `${grant.id}/2`),
      url.replace('text%2Fplain', 'text%2Fhtml'),
      url.replace('disposition=attachment', 'disposition=inline'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
    ]) {
      expect(other).not.toBe(url);
      expect((await fetch(other)).status).toBe(403);
    }
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  });
});
