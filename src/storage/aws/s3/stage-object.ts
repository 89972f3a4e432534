import { type CompletedPart, UploadPartCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { inMultipart, type Multipart } from './multipart.ts';

/** How many parts are under way at once: memory is this and one more, times a part. */
const AT_ONCE = 2;

/**
 * Writes a stream to a new object, part by part: two are under way while the next one comes in.
 *
 * @param parts none of them empty, at least one
 * @throws the client's errors, and what the stream throws; nothing stays then
 */
export async function stageObject(bucket: Bucket, key: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  await inMultipart(bucket, key, {}, async (multipart) => {
    const uploads: Promise<CompletedPart>[] = [];
    let number = 0;
    try {
      for await (const part of parts) {
        number += 1;
        // The one before the last has to be there before another is begun.
        await uploads.at(-AT_ONCE);
        const upload = putPart(bucket, multipart, number, part);
        // Its error is thrown where it is awaited; until then it is no stray one.
        upload.catch(() => undefined);
        uploads.push(upload);
      }
      return await Promise.all(uploads);
    } catch (error) {
      // A part that is still under way would stay behind the end of its upload.
      await Promise.allSettled(uploads);
      throw error;
    }
  });
}

async function putPart(
  { client }: Bucket,
  multipart: Multipart,
  number: number,
  bytes: Uint8Array,
): Promise<CompletedPart> {
  const part = { PartNumber: number };
  const { ETag } = await client.send(new UploadPartCommand({ ...multipart, ...part, Body: bytes }));
  return { ...part, ETag };
}
