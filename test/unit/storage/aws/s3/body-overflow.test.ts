import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { createBodyOverflow } from '../../../../../src/storage/aws/s3/body-overflow.ts';
import { answered, ENDPOINT, openBench } from './s3-fixture.ts';

describe.skipIf(ENDPOINT === undefined)('bodies in S3', () => {
  const bench = openBench('arn:aws:kms:us-east-1:000000000000:key/1');
  const { bucket, asked } = bench;
  const bodies = createBodyOverflow(bucket);
  afterEach(() => {
    bench.failing = undefined;
  });

  it.each([0, 1, 3_000_000])('come back as they went: %i bytes', async (length) => {
    const body = Buffer.alloc(length, 'abc');
    await bodies.put(`-#Patient/${length}/1`, body);
    expect(Buffer.from(await bodies.get(`-#Patient/${length}/1`)).equals(body)).toBe(true);
  });

  it('are encrypted by the KMS key', async () => {
    await bodies.put('k', Buffer.from('x'));
    expect(asked.at(-1)?.input).toMatchObject({ ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true });
  });

  it('are gone when they were removed, and can be removed again', async () => {
    await bodies.put('gone', Buffer.from('x'));
    await bodies.remove('gone');
    await bodies.remove('gone');
    await expect(bodies.get('gone')).rejects.toThrow('A body that S3 should have is not there.');
  });

  it('are not given when they were damaged', async () => {
    await bodies.put('damaged', Buffer.from('right'));
    const place = { Bucket: bucket.name, Key: 'p/body/damaged' };
    const { Metadata } = await bucket.client.send(new GetObjectCommand(place));
    await bucket.client.send(new PutObjectCommand({ ...place, Metadata, Body: Buffer.from('wrong') }));
    await expect(bodies.get('damaged')).rejects.toThrow('is not what was given to it');
  });

  it.each([
    ['PutObject', () => bodies.put('x', Buffer.from('x'))],
    ['GetObject', () => bodies.get('x')],
    ['DeleteObject', () => bodies.remove('x')],
  ])('tell when S3 does not answer: %s', async (command, act) => {
    bench.failing = { command, error: answered('ServiceUnavailable', 503) };
    await expect(act()).rejects.toMatchObject({ name: 'StoreUnavailableError', reason: 'unavailable' });
  });
});
