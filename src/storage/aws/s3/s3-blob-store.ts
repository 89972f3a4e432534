import { createHash, randomUUID } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  BlobExistsError,
  type BlobExpectation,
  type BlobInfo,
  type BlobKey,
  BlobMismatchError,
  type BlobStore,
  type StagedBlob,
} from '../../blob-store.ts';
import { blobNames } from './blob-names.ts';
import { type Bucket, encryptionOf } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { inParts, partBytesOf } from './in-parts.ts';
import { chained, firstOf, type Seen, watched } from './incoming.ts';
import { listObjects } from './list-objects.ts';
import { factsOf, SHA256 } from './object-facts.ts';
import { readObject } from './read-object.ts';
import { removeUnfinished } from './remove-unfinished.ts';
import { isContended, isTaken, s3Error, toldBy } from './s3-errors.ts';
import { stageObject } from './stage-object.ts';

export interface S3BlobStoreOptions {
  /** Up to so many bytes a content waits in memory, not in S3, for its version: one request in all; default and at most 8 MiB. */
  readonly heldBytes?: number | undefined;
}

/** How often a content is given its name, when others are at it too. */
const ATTEMPTS = 4;

/** Of bytes that came through here. */
type KnownInfo = BlobInfo & { readonly sha256: string };

/**
 * Contents as objects, `<prefix>binary/<id>/<version>`. What is longer than `heldBytes` comes in by parts as `<prefix>staged/<uuid>`, and is
 * copied there within S3. A version's content never changes: each write is on the condition that there is none.
 */
export function openS3BlobStore(bucket: Bucket, options: S3BlobStoreOptions = {}): BlobStore {
  const { client, name } = bucket;
  const names = blobNames(bucket.prefix);
  const heldBytes = Math.min(options.heldBytes ?? partBytesOf(1), partBytesOf(1));
  const removeObject = (Key: string) =>
    toldBy('DeleteObject', async () => void (await client.send(new DeleteObjectCommand({ Bucket: name, Key }))));

  async function stage(content: AsyncIterable<Uint8Array>, expected: BlobExpectation): Promise<StagedBlob> {
    const seen: Seen = { length: 0, hash: createHash('sha256') };
    const parts = inParts(watched(content, expected.maxBytes, seen));
    const first = await firstOf(parts, heldBytes);
    const [held = new Uint8Array(0)] = first;
    const isHeld = first.length <= 1 && held.length <= heldBytes;
    const staged = `${names.staged}${randomUUID()}`;
    if (!isHeld) await staging(bucket, staged, chained(first, parts));
    const info = { contentType: expected.contentType, length: seen.length, sha256: seen.hash.digest('hex') };
    if (expected.sha256 !== undefined && expected.sha256 !== info.sha256) {
      // What stays all the same, `removeUnfinished` finds.
      if (!isHeld) await removeObject(staged).catch(() => undefined);
      throw new BlobMismatchError('The bytes are not those of the checksum.');
    }
    return isHeld
      ? once(
          (key) => putHeld(key, held, info),
          async () => undefined,
          info,
        )
      : once(
          (key) => copyStaged(staged, key, info),
          () => removeObject(staged),
          info,
        );
  }

  async function putHeld(key: BlobKey, body: Uint8Array, info: KnownInfo): Promise<void> {
    const put = new PutObjectCommand({
      ...encryptionOf(bucket),
      Bucket: name,
      Key: names.of(key),
      Body: body,
      ContentType: info.contentType,
      ChecksumSHA256: Buffer.from(info.sha256, 'hex').toString('base64'),
      Metadata: { [SHA256]: info.sha256 },
      IfNoneMatch: '*',
    });
    await asNew('PutObject', async () => void (await client.send(put)));
  }

  async function copyStaged(staged: string, key: BlobKey, info: KnownInfo): Promise<void> {
    const { contentType, length, sha256 } = info;
    const as = { contentType, metadata: { [SHA256]: sha256 }, onlyNew: true };
    await asNew('UploadPartCopy', () => copyObject(bucket, staged, names.of(key), length, as));
  }

  return {
    stage,
    async info(key) {
      const facts = await factsOf(bucket, names.of(key));
      if (facts === undefined) return undefined;
      const { contentType, length, sha256 } = facts;
      return { contentType, length, sha256 };
    },
    read: (key, range) => readObject(bucket, names.of(key), range),
    async *list() {
      for await (const { name: found } of listObjects(bucket, names.contents)) {
        const key = names.parse(found);
        if (key !== undefined) yield key;
      }
    },
    remove: (key) => removeObject(names.of(key)),
    removeUnfinished: (before) => removeUnfinished(bucket, names, before),
  };
}

/** Stages, and tells S3's errors apart from those of the stream, which are passed on as they are. */
async function staging(bucket: Bucket, key: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  let broken: { readonly error: unknown } | undefined;
  async function* passed() {
    try {
      yield* parts;
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  try {
    await stageObject(bucket, key, passed());
  } catch (error) {
    throw broken === undefined ? s3Error('UploadPart', error) : broken.error;
  }
}

/** Writes where nothing is; what another is writing at that moment is waited for. @throws BlobExistsError */
async function asNew(doing: string, write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (isTaken(error)) throw new BlobExistsError('The version has its content already.');
      if (!isContended(error) || attempt === ATTEMPTS) throw s3Error(doing, error);
    }
  }
}

/** Bytes that become the content of one thing, at most, and are let go however that ends. */
function once(put: (key: BlobKey) => Promise<void>, letGo: () => Promise<void>, info: BlobInfo): StagedBlob {
  let isGone = false;
  return {
    info,
    async attach(key) {
      if (isGone) throw new Error('These bytes are the content of something already, or were discarded.');
      isGone = true;
      try {
        await put(key);
      } finally {
        // What stays all the same, `removeUnfinished` finds; the content is there.
        await letGo().catch(() => undefined);
      }
    },
    async discard() {
      if (isGone) return;
      isGone = true;
      await letGo();
    },
  };
}
