import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { BlobMismatchError, type ByteRange } from '../../storage/blob-store.ts';

/** Bytes of a piece. */
const PIECE = 2 ** 18;

/**
 * Reads a file in pieces. All of it is held to its checksum: the last piece comes only when that is right, so that who reads too little
 * sees that something is wrong.
 *
 * @param checksum SHA-256, hexadecimal; undefined when it is not known
 * @throws BlobMismatchError, the system's errors
 */
export async function* readBytes(
  path: string,
  range: ByteRange | undefined,
  checksum: () => Promise<string | undefined>,
): AsyncGenerator<Uint8Array> {
  if (range !== undefined) {
    yield* createReadStream(path, { start: range.start, end: range.end, highWaterMark: PIECE });
    return;
  }
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    if (last !== undefined) yield last;
    last = piece;
    hash.update(piece);
  }
  if (hash.digest('hex') !== (await checksum())) throw new BlobMismatchError(`${path} has been damaged.`);
  if (last !== undefined) yield last;
}
