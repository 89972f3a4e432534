import { randomUUID } from 'node:crypto';
import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3BlobStore } from '../../../../../src/storage/aws/s3/s3-blob-store.ts';
import { BlobExistsError, BlobTooLargeError } from '../../../../../src/storage/blob-store.ts';
import { answered, ENDPOINT, openBench, pieces, whole } from './s3-fixture.ts';

const TEXT = { contentType: 'text/plain' };
const MIB = 2 ** 20;
const KMS = 'arn:aws:kms:us-east-1:000000000000:key/1';

describe.skipIf(ENDPOINT === undefined)('contents in S3', () => {
  const bench = openBench(KMS);
  const { bucket, asked } = bench;
  const blobs = openS3BlobStore(bucket);
  const commands = () => asked.map(({ command }) => command);

  beforeEach(() => {
    asked.length = 0;
  });
  afterEach(() => {
    bench.failing = undefined;
  });

  const newKey = () => ({ id: randomUUID(), version: 1 });
  const large = (mebibytes = 20) => {
    const piece = Buffer.alloc(MIB, 'x');
    return pieces(...Array.from({ length: mebibytes }, () => piece));
  };
  const uploadsLeft = async () => {
    const list = new ListMultipartUploadsCommand({ Bucket: bucket.name });
    return (await bucket.client.send(list)).Uploads ?? [];
  };

  it.each([0, 1, 8 * MIB])('up to 8 MiB are one request: %i bytes', async (length) => {
    const key = newKey();
    const staged = await blobs.stage(pieces(Buffer.alloc(length, 'x')), TEXT);
    await staged.attach(key);
    expect(commands()).toEqual(['PutObject']);
    expect(await blobs.info(key)).toEqual(staged.info);
    expect((await whole(blobs.read(key))).length).toBe(length);
  });

  it('above that they come in by parts, and S3 copies them where they belong', async () => {
    const key = newKey();
    const staged = await blobs.stage(large(), TEXT);
    await staged.attach(key);
    const begun = ['CreateMultipartUpload', 'UploadPart', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload'];
    const copied = ['CreateMultipartUpload', 'UploadPartCopy', 'CompleteMultipartUpload', 'DeleteObject'];
    expect(commands()).toEqual([...begun, ...copied]);
    expect(asked.map(({ input }) => (input.Body as Uint8Array | undefined)?.length).filter(Number)).toEqual([
      8 * MIB,
      8 * MIB,
      4 * MIB,
    ]);
    expect(await blobs.info(key)).toEqual(staged.info);
    expect((await whole(blobs.read(key))).equals(Buffer.alloc(20 * MIB, 'x'))).toBe(true);
  });

  it('whatever writes says the KMS key, and a bucket key', async () => {
    await (await blobs.stage(pieces('small'), TEXT)).attach(newKey());
    await (await blobs.stage(large(9), TEXT)).attach(newKey());
    const writes = asked.filter(({ command }) => /^(PutObject|CreateMultipartUpload)$/.test(command));
    expect(writes).toHaveLength(3);
    const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KMS, BucketKeyEnabled: true };
    for (const { input } of writes) expect(input).toMatchObject(encryption);
  });

  it('a small content has its checksum as S3 keeps it, too', async () => {
    const key = newKey();
    const staged = await blobs.stage(pieces('small'), TEXT);
    await staged.attach(key);
    const place = { Bucket: bucket.name, Key: `p/binary/${key.id}/1`, ChecksumMode: 'ENABLED' } as const;
    const { ChecksumSHA256 = '' } = await bucket.client.send(new HeadObjectCommand(place));
    expect(Buffer.from(ChecksumSHA256, 'base64').toString('hex')).toBe(staged.info.sha256);
  });

  it.each(['small', 'large'])('of two at once one is taken: %s', async (size) => {
    const key = newKey();
    const stage = () => blobs.stage(size === 'small' ? pieces('small') : large(9), TEXT);
    const both = await Promise.all([stage(), stage()]);
    const results = await Promise.allSettled(both.map((staged) => staged.attach(key)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(BlobExistsError) });
    expect(await uploadsLeft()).toEqual([]);
    expect(await blobs.removeUnfinished(Date.now() + 60_000)).toBe(0);
  });

  it.each([
    ['the stream breaks', 'The client has gone.', undefined],
    ['there are too many bytes', BlobTooLargeError, undefined],
    ['a part is refused', 'S3 answered UploadPart by AccessDenied', 'UploadPart'],
    ['S3 does not end it', 'S3 answered UploadPart by AccessDenied', 'CompleteMultipartUpload'],
  ])('an upload leaves nothing when %s', async (_, error, command) => {
    async function* broken() {
      yield* large(18);
      if (command === undefined) throw new Error('The client has gone.');
    }
    if (command !== undefined) bench.failing = { command, error: answered('AccessDenied', 403) };
    const maxBytes = error === BlobTooLargeError ? 17 * MIB : undefined;
    await expect(blobs.stage(broken(), { ...TEXT, maxBytes })).rejects.toThrow(error);
    bench.failing = undefined;
    expect(await uploadsLeft()).toEqual([]);
    expect(await blobs.removeUnfinished(Date.now() + 60_000)).toBe(0);
  });

  it('what a process left in the middle of an upload is removed', async () => {
    bench.failing = { command: 'AbortMultipartUpload', error: answered('InternalError', 500) };
    await expect(blobs.stage(large(18), { ...TEXT, maxBytes: 17 * MIB })).rejects.toThrow(BlobTooLargeError);
    bench.failing = undefined;
    expect(await uploadsLeft()).toHaveLength(1);
    expect(await blobs.removeUnfinished(Date.now() - 60_000)).toBe(0);
    expect(await blobs.removeUnfinished(Date.now() + 60_000)).toBe(1);
    expect(await uploadsLeft()).toEqual([]);
  });

  it('a write that met another at the same moment is tried again', async () => {
    const key = newKey();
    const staged = await blobs.stage(pieces('small'), TEXT);
    bench.failing = { command: 'PutObject', error: answered('ConditionalRequestConflict', 409) };
    const attaching = staged.attach(key);
    await expect.poll(() => asked.length).toBe(1);
    bench.failing = undefined;
    await attaching;
    expect((await whole(blobs.read(key))).toString()).toBe('small');
  });

  it.each([
    ['HeadObject', (key: { id: string; version: number }) => blobs.info(key)],
    ['GetObject', (key: { id: string; version: number }) => whole(blobs.read(key))],
    ['DeleteObject', (key: { id: string; version: number }) => blobs.remove(key)],
    ['PutObject', async (key: { id: string; version: number }) => (await blobs.stage(pieces('x'), TEXT)).attach(key)],
  ])('an S3 that has no capacity left is told as that: %s', async (command, act) => {
    bench.failing = { command, error: answered('SlowDown', 503) };
    await expect(act(newKey())).rejects.toMatchObject({ name: 'StoreUnavailableError', reason: 'throttled' });
  });
});
