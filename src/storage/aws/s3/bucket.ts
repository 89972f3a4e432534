import type { S3Client } from '@aws-sdk/client-s3';

/** Where in S3 things are kept. */
export interface Bucket {
  /** As {@link createS3Client} makes it. */
  readonly client: S3Client;
  readonly name: string;
  /** With which all keys begin, such as `tenant-1/`; default: none. */
  readonly prefix?: string | undefined;
  /** Of the KMS key that encrypts what is written: its ARN; absent: as the bucket does by default. */
  readonly kmsKeyId?: string | undefined;
}

export interface Encryption {
  readonly ServerSideEncryption?: 'aws:kms' | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** Said with each write: KMS, by a key of the bucket, so that not each object costs a request to KMS. */
export function encryptionOf({ kmsKeyId }: Pick<Bucket, 'kmsKeyId'>): Encryption {
  if (kmsKeyId === undefined) return {};
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId, BucketKeyEnabled: true };
}
