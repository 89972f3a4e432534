import type { BinarySupport } from '../api/binary/binary-support.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { Bucket } from '../storage/aws/s3/bucket.ts';
import type { BodyOverflow } from '../storage/aws/table/body-overflow.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { type DataEnvironment, EnvironmentError } from './environment.ts';

/** What is kept in S3. */
export interface OpenBucket {
  readonly overflow: BodyOverflow;
  binary(config: ResolvedConfig['binary']): BinarySupport;
}

/** The function's bucket. The client of S3 (100 ms to load) comes with the first request that needs it: few do. */
export function openBucket({ bucket, region, credentials }: DataEnvironment): OpenBucket {
  const { name, endpoint, kmsKeyId } = bucket;
  const connected = lazily(async (): Promise<Bucket> => {
    const { createS3Client } = await import('../storage/aws/s3/create-s3-client.ts');
    const client = createS3Client({ region, credentials, endpoint, forcePathStyle: endpoint !== undefined });
    return { client, name, kmsKeyId };
  });
  const overflow = lazily(async () => {
    const { createBodyOverflow } = await import('../storage/aws/s3/body-overflow.ts');
    return createBodyOverflow(await connected());
  });
  const blobs = lazily(async () => {
    const { openS3BlobStore } = await import('../storage/aws/s3/s3-blob-store.ts');
    return openS3BlobStore(await connected());
  });
  return {
    overflow: {
      put: async (key, body) => (await overflow()).put(key, body),
      get: async (key) => (await overflow()).get(key),
      remove: async (key) => (await overflow()).remove(key),
    },
    binary({ urlLifetime: lifetime, maxBytes, inlineBytes, restrictToAddress }) {
      if (restrictToAddress) {
        throw new EnvironmentError(
          'The environment variable FWOA_CONFIG has "binary.restrictToAddress", which is not possible on S3.',
        );
      }
      const urls = lazily(async () => {
        const { createS3SignedUrls } = await import('../storage/aws/s3/signed-urls.ts');
        return createS3SignedUrls(await connected(), { lifetime, maxBytes, encryptedByBucket: true });
      });
      return {
        blobs: lazyBlobs(blobs),
        urls: { needsLength: maxBytes !== undefined, sign: async (grant) => (await urls()).sign(grant) },
        inlineBytes,
        maxBytes,
      };
    },
  };
}

function lazyBlobs(open: () => Promise<BlobStore>): BlobStore {
  return {
    stage: async (content, expected) => (await open()).stage(content, expected),
    info: async (key) => (await open()).info(key),
    async *read(key, range) {
      yield* (await open()).read(key, range);
    },
    async *list() {
      yield* (await open()).list();
    },
    remove: async (key) => (await open()).remove(key),
    removeUnfinished: async (before) => (await open()).removeUnfinished(before),
  };
}

/** What is made when it is first asked for, once; a failure is tried again. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
