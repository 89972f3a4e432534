import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { toldBy } from './s3-errors.ts';

export interface ListedObject {
  readonly name: string;
  /** ms since the epoch. */
  readonly modified: number;
}

/** All objects whose names begin so, a thousand a request. */
export async function* listObjects({ client, name }: Bucket, prefix: string): AsyncGenerator<ListedObject> {
  let ContinuationToken: string | undefined;
  do {
    const list = new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ContinuationToken });
    const page: ListObjectsV2CommandOutput = await toldBy('ListObjectsV2', () => client.send(list));
    for (const { Key, LastModified } of page.Contents ?? [])
      if (Key !== undefined) yield { name: Key, modified: LastModified?.getTime() ?? Number.POSITIVE_INFINITY };
    ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
}
