import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import { type Bucket, encryptionOf } from './bucket.ts';

/** An object that is being put together from parts. */
export interface Multipart {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

export interface MultipartOptions {
  readonly contentType?: string | undefined;
  readonly metadata?: Record<string, string> | undefined;
  /** There must be no object of that key in the end. */
  readonly onlyNew?: boolean | undefined;
}

/**
 * Makes an object of parts; when anything fails, those that are there are removed.
 *
 * @param upload puts the parts, and says which there are
 * @throws the client's errors, and what `upload` throws
 */
export async function inMultipart(
  bucket: Bucket,
  key: string,
  { contentType, metadata, onlyNew }: MultipartOptions,
  upload: (multipart: Multipart) => Promise<readonly CompletedPart[]>,
): Promise<void> {
  const { client, name } = bucket;
  const place = { Bucket: name, Key: key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...place,
      ...encryptionOf(bucket),
      ContentType: contentType,
      Metadata: metadata,
    }),
  );
  if (UploadId === undefined) throw new Error('S3 began an upload without an id.');
  const multipart = { ...place, UploadId };
  try {
    const Parts = [...(await upload(multipart))];
    const condition = onlyNew === true ? { IfNoneMatch: '*' } : {};
    await client.send(new CompleteMultipartUploadCommand({ ...multipart, ...condition, MultipartUpload: { Parts } }));
  } catch (error) {
    // What stays all the same, `removeUnfinished` finds.
    await client.send(new AbortMultipartUploadCommand(multipart)).catch(() => undefined);
    throw error;
  }
}
