import { type CompletedPart, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { inMultipart, type MultipartOptions } from './multipart.ts';

/** Bytes that S3 copies by one request, at most 5 GiB; several go on at once. */
const PART = 2 ** 29;
const AT_ONCE = 4;

/**
 * Copies an object within the bucket, of any length, without its bytes coming here. In parts, also where one request could copy it: its
 * condition is then of the last request, that S3 and all that are like it know. (`If-None-Match` of a `CopyObject` many pass over.)
 *
 * @param length of the object, in bytes; not 0
 * @throws the client's errors
 */
export async function copyObject(
  bucket: Bucket,
  from: string,
  to: string,
  length: number,
  options: MultipartOptions,
): Promise<void> {
  const { client, name } = bucket;
  const CopySource = `${name}/${from.split('/').map(encodeURIComponent).join('/')}`;
  await inMultipart(bucket, to, options, async (multipart) => {
    const copy = async (index: number): Promise<CompletedPart> => {
      const last = Math.min((index + 1) * PART, length) - 1;
      const PartNumber = index + 1;
      const range = `bytes=${index * PART}-${last}`;
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({ ...multipart, PartNumber, CopySource, CopySourceRange: range }),
      );
      return { PartNumber, ETag: CopyPartResult?.ETag };
    };
    const parts: CompletedPart[] = [];
    const count = Math.ceil(length / PART);
    for (let next = 0; next < count; next += AT_ONCE) {
      const turn = Array.from({ length: Math.min(AT_ONCE, count - next) }, (_, i) => copy(next + i));
      await Promise.allSettled(turn);
      parts.push(...(await Promise.all(turn)));
    }
    return parts;
  });
}
