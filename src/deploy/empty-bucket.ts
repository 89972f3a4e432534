import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** Removes all that a bucket holds: every version, what was deleted before, unfinished uploads. @returns how many versions there were */
export async function emptyBucket(client: S3Client, Bucket: string): Promise<number> {
  let removed = 0;
  for (;;) {
    // Always the first page: what was listed is gone.
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    // Such as one that is held by an object lock.
    if (Errors.length > 0)
      throw new Error(`${Errors.length} objects of ${Bucket} cannot be removed: ${Errors[0]?.Code}.`);
    removed += Objects.length;
  }
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads)
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  return removed;
}

/** Removes a bucket and all that it holds, unless it is gone. */
export async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  try {
    await emptyBucket(client, Bucket);
    await client.send(new DeleteBucketCommand({ Bucket }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchBucket')) throw error;
  }
}
