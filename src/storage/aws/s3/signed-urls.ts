import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BlobKey } from '../../blob-store.ts';
import { blobNames } from './blob-names.ts';
import { type Bucket, type Encryption, encryptionOf } from './bucket.ts';

/** What a URL is to allow: the `Grant` of the API. */
export interface S3Grant extends BlobKey {
  readonly transfer: 'put' | 'get';
  readonly contentType: string;
  /** Bytes, where they were said beforehand. */
  readonly length?: number | undefined;
  /** Hexadecimal, where it was said beforehand. */
  readonly sha256?: string | undefined;
}

/** A URL, and the headers that a put must send with it. */
export interface S3SignedUrl {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface S3SignedUrlOptions {
  /** How long a URL holds, ms: at most 7 days, and not longer than the credentials that sign it. S3 looks when a request begins. */
  readonly lifetime: number;
  /** The largest content: where there is one, the length has to be said beforehand, since S3 holds an upload to a length, and not to a limit. */
  readonly maxBytes?: number | undefined;
  /** The bucket encrypts with the key by default, so that nobody has to say so: clients send no headers for it. Default: false. */
  readonly encryptedByBucket?: boolean | undefined;
  /** Refused: S3 has no URL for one address. Default: false. */
  readonly restrictToAddress?: boolean | undefined;
}

/** The `UrlSigner` of the API. */
export interface S3SignedUrls {
  sign(grant: S3Grant): Promise<S3SignedUrl>;
  readonly needsLength: boolean;
}

const NOT_FOR_ONE_ADDRESS =
  '"binary.restrictToAddress" is not possible on S3: a signed URL of S3 holds for any address. Leave it out, and name the networks that may use signed URLs in the bucket\'s policy.';

/** S3 takes no longer life (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html). */
const LONGEST = 7 * 24 * 60 * 60;

/**
 * Makes URLs by which a client puts a content straight to S3, and gets it there. A put has to send what was signed as headers, since S3 passes
 * over conditions and checksums that stand in the query: that nothing is there yet, the type, the KMS key, and the length and checksum
 * where they were said beforehand.
 *
 * A URL can't be for one address: S3 knows none but in policies. See docs/binary.md.
 *
 * @throws RangeError for a lifetime that S3 doesn't take, and for `restrictToAddress`
 */
export function createS3SignedUrls(bucket: Bucket, options: S3SignedUrlOptions): S3SignedUrls {
  const { lifetime, maxBytes, encryptedByBucket = false, restrictToAddress = false } = options;
  if (restrictToAddress) throw new RangeError(NOT_FOR_ONE_ADDRESS);
  const { client, name } = bucket;
  const encryption = encryptedByBucket ? {} : encryptionOf(bucket);
  const names = blobNames(bucket.prefix);
  // Whole seconds: up, so that a short one is not none.
  const expiresIn = Math.ceil(lifetime / 1000);
  if (!(expiresIn >= 1 && expiresIn <= LONGEST))
    throw new RangeError('A signed URL of S3 holds from 1 second to 7 days.');

  async function put(grant: S3Grant): Promise<S3SignedUrl> {
    const { contentType, length, sha256 } = grant;
    const headers = putHeaders(encryption, grant);
    const command = new PutObjectCommand({
      ...encryption,
      Bucket: name,
      Key: names.of(grant),
      ContentType: contentType,
      ContentLength: length,
      IfNoneMatch: '*',
      ChecksumSHA256: sha256 === undefined ? undefined : base64Of(sha256),
    });
    const sent = Object.keys(headers);
    // A length every client sends by itself.
    const signed = new Set(length === undefined ? sent : [...sent, 'content-length']);
    const url = await getSignedUrl(client, command, {
      expiresIn,
      signableHeaders: withHost(signed),
      unhoistableHeaders: signed,
    });
    return { url, headers };
  }

  async function get(grant: S3Grant): Promise<S3SignedUrl> {
    const command = new GetObjectCommand({
      Bucket: name,
      Key: names.of(grant),
      ResponseContentType: grant.contentType,
      // Content is anybody's, and not to be shown in the bucket's name. S3 lets nothing more be said, such as `nosniff`.
      ResponseContentDisposition: 'attachment',
      // It never changes; but who has the URL has it, and not who shares a cache with him.
      ResponseCacheControl: 'private, no-store',
    });
    return { url: await getSignedUrl(client, command, { expiresIn }), headers: {} };
  }

  return {
    sign: (grant) => (grant.transfer === 'put' ? put(grant) : get(grant)),
    needsLength: maxBytes !== undefined,
  };
}

/** What a client has to send, as it is. */
function putHeaders(
  { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: Encryption,
  { contentType, sha256 }: S3Grant,
): Readonly<Record<string, string>> {
  const headers = {
    'content-type': contentType,
    'if-none-match': '*',
    'x-amz-checksum-sha256': sha256 === undefined ? undefined : base64Of(sha256),
    'x-amz-server-side-encryption': ServerSideEncryption,
    'x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId,
    'x-amz-server-side-encryption-bucket-key-enabled': BucketKeyEnabled && String(BucketKeyEnabled),
  };
  return Object.fromEntries(Object.entries(headers).filter((each): each is [string, string] => each[1] !== undefined));
}

function withHost(names: ReadonlySet<string>): Set<string> {
  return new Set([...names, 'host']);
}

function base64Of(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}
