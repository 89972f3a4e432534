import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Bucket, encryptionOf } from './bucket.ts';
import { SHA256 } from './object-facts.ts';
import { isMissing, S3RefusedError, s3Error, toldBy } from './s3-errors.ts';

/** Bodies that a DynamoDB item has no room for: the `BodyOverflow` of the table. */
export interface S3BodyOverflow {
  /** Durable when it resolves; of the same key the last one stays. */
  put(key: string, body: Uint8Array): Promise<void>;
  /** @throws S3RefusedError when it is not there, or damaged */
  get(key: string): Promise<Uint8Array>;
  /** Of what is not there too. */
  remove(key: string): Promise<void>;
}

/** Bodies as objects, `<prefix>body/<key>`: the key must be one that is used for one body alone. */
export function createBodyOverflow(bucket: Bucket): S3BodyOverflow {
  const { client, name } = bucket;
  const placeOf = (key: string) => ({ Bucket: name, Key: `${bucket.prefix ?? ''}body/${key}` });

  async function get(key: string): Promise<Uint8Array> {
    try {
      const { Body, Metadata } = await client.send(new GetObjectCommand(placeOf(key)));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
      if (sha256(bytes).toString('hex') === Metadata?.[SHA256]) return bytes;
    } catch (error) {
      if (isMissing(error)) throw new S3RefusedError('A body that S3 should have is not there.');
      throw s3Error('GetObject', error);
    }
    throw new S3RefusedError('A body that S3 has kept is not what was given to it.');
  }

  return {
    async put(key, body) {
      const hash = sha256(body);
      const put = new PutObjectCommand({
        ...encryptionOf(bucket),
        ...placeOf(key),
        Body: body,
        ChecksumSHA256: hash.toString('base64'),
        Metadata: { [SHA256]: hash.toString('hex') },
      });
      await toldBy('PutObject', () => client.send(put));
    },
    get,
    async remove(key) {
      await toldBy('DeleteObject', () => client.send(new DeleteObjectCommand(placeOf(key))));
    },
  };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
