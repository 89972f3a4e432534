import { createHash } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { BlobMismatchError, type ByteRange } from '../../blob-store.ts';
import type { Bucket } from './bucket.ts';
import { parseFacts } from './object-facts.ts';
import { s3Error, toldBy } from './s3-errors.ts';

/**
 * Reads an object in pieces. All of it is held to its checksum, where it has one: the last piece comes only when that is right.
 *
 * @throws BlobMismatchError, StoreUnavailableError, S3RefusedError
 */
export async function* readObject(
  { client, name }: Bucket,
  key: string,
  range: ByteRange | undefined,
): AsyncGenerator<Uint8Array> {
  const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
  const get = new GetObjectCommand({
    Bucket: name,
    Key: key,
    Range,
    ChecksumMode: range === undefined ? 'ENABLED' : undefined,
  });
  const got = await toldBy('GetObject', () => client.send(get));
  const pieces = piecesOf(got.Body);
  if (range !== undefined) {
    yield* pieces;
    return;
  }
  const { sha256, length } = parseFacts(got);
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  let read = 0;
  for await (const piece of pieces) {
    if (last !== undefined) yield last;
    last = piece;
    read += piece.length;
    hash.update(piece);
  }
  if (read !== length || (sha256 !== undefined && hash.digest('hex') !== sha256))
    throw new BlobMismatchError('What S3 has kept is not what was given to it.');
  if (last !== undefined) yield last;
}

async function* piecesOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  try {
    // In Node the client gives a readable stream; who leaves it early ends the connection.
    yield* body as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw s3Error('GetObject', error);
  }
}
