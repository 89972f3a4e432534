import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe } from 'vitest';
import { blobNames } from '../../src/storage/aws/s3/blob-names.ts';
import { createS3Client } from '../../src/storage/aws/s3/create-s3-client.ts';
import { openS3BlobStore } from '../../src/storage/aws/s3/s3-blob-store.ts';
import { engineUrl } from '../engines/engines.ts';
import { describeBlobStore } from './blob-store-contract.ts';

const endpoint = engineUrl('aws');

/**
 * On S3, where the emulator is. Next to nothing is held in memory, so that what is staged is in S3: what a small content does otherwise is in
 * test/unit/storage/aws/s3.
 */
describe.skipIf(endpoint === undefined)('S3', () => {
  const name = `fwoa-blobs-${randomBytes(6).toString('hex')}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = createS3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  let stores = 0;

  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  });

  describeBlobStore('S3', () => {
    const bucket = { client, name, prefix: `${stores++}/` };
    const open = () => openS3BlobStore(bucket, { heldBytes: 4 });
    return {
      blobs: open(),
      reopen: open,
      async damage(key) {
        const place = { Bucket: name, Key: blobNames(bucket.prefix).of(key) };
        const { Body, Metadata, ContentType } = await client.send(new GetObjectCommand(place));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        const last = bytes.length - 1;
        bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
        await client.send(new PutObjectCommand({ ...place, Body: bytes, Metadata, ContentType }));
      },
    };
  });
});
