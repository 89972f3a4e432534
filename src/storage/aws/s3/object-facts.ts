import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { isMissing, s3Error } from './s3-errors.ts';

/** What S3 knows of an object. */
export interface ObjectFacts {
  readonly contentType: string;
  /** Bytes. */
  readonly length: number;
  /** Hexadecimal; undefined of what was put by a signed URL without a checksum. */
  readonly sha256: string | undefined;
}

/** The metadata in which we keep it of what S3 can't tell it: of objects in parts it has but a checksum of the parts' checksums. */
export const SHA256 = 'sha256';

/** By one HEAD; undefined when there is no such object. Needs the right to list: without it S3 says of what is not there that it is forbidden. */
export async function factsOf({ client, name }: Bucket, key: string): Promise<ObjectFacts | undefined> {
  try {
    return parseFacts(await client.send(new HeadObjectCommand({ Bucket: name, Key: key, ChecksumMode: 'ENABLED' })));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw s3Error('HeadObject', error);
  }
}

/** Of the answer to a HEAD or a GET of all of it. */
export function parseFacts(
  head: Pick<HeadObjectCommandOutput, 'ContentType' | 'ContentLength' | 'Metadata' | 'ChecksumSHA256'>,
): ObjectFacts {
  const { ContentType = 'application/octet-stream', ContentLength = 0, Metadata, ChecksumSHA256 } = head;
  const kept = Metadata?.[SHA256];
  return { contentType: ContentType, length: ContentLength, sha256: isSha256(kept) ? kept : wholeOf(ChecksumSHA256) };
}

function isSha256(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text);
}

/** One of parts ends in their number, `…=-3`: it is not the SHA-256 of the bytes. */
function wholeOf(base64: string | undefined): string | undefined {
  if (base64 === undefined || base64.includes('-')) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 32 ? bytes.toString('hex') : undefined;
}
