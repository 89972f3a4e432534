import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import type { BlobNames } from './blob-names.ts';
import type { Bucket } from './bucket.ts';
import { listObjects } from './list-objects.ts';
import { isMissing, s3Error, toldBy } from './s3-errors.ts';

/**
 * Removes uploads that were begun before a time and not ended, and bytes that were staged before it and became the content of nothing. S3
 * says of an upload when it was begun, not when its last part came: choose a time before which nothing that goes on can have begun.
 *
 * @param before ms since the epoch
 * @returns how many
 */
export async function removeUnfinished(bucket: Bucket, names: BlobNames, before: number): Promise<number> {
  const { client, name } = bucket;
  let removed = 0;
  for (const prefix of [names.staged, names.contents]) removed += await abortUploads(bucket, prefix, before);
  for await (const { name: Key, modified } of listObjects(bucket, names.staged)) {
    if (modified >= before) continue;
    await toldBy('DeleteObject', () => client.send(new DeleteObjectCommand({ Bucket: name, Key })));
    removed += 1;
  }
  return removed;
}

async function abortUploads({ client, name }: Bucket, prefix: string, before: number): Promise<number> {
  let removed = 0;
  let marker: Pick<ListMultipartUploadsCommandOutput, 'NextKeyMarker' | 'NextUploadIdMarker'> | undefined = {};
  while (marker !== undefined) {
    const list = new ListMultipartUploadsCommand({
      Bucket: name,
      Prefix: prefix,
      KeyMarker: marker.NextKeyMarker,
      UploadIdMarker: marker.NextUploadIdMarker,
    });
    const page: ListMultipartUploadsCommandOutput = await toldBy('ListMultipartUploads', () => client.send(list));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if ((Initiated?.getTime() ?? Number.POSITIVE_INFINITY) >= before) continue;
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
        removed += 1;
      } catch (error) {
        // It has ended meanwhile.
        if (!isMissing(error)) throw s3Error('AbortMultipartUpload', error);
      }
    }
    marker = page.IsTruncated === true ? page : undefined;
  }
  return removed;
}
