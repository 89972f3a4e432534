import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { BlobTooLargeError } from '../../storage/blob-store.ts';

/** What was written. */
export interface WrittenBytes {
  readonly length: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Writes a stream to a new file (0600), a piece at a time; on the disk when this resolves.
 *
 * @throws BlobTooLargeError, what the stream throws, the system's errors; the file stays as it is then
 */
export async function writeBytes(
  path: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<WrittenBytes> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let length = 0;
    for await (const piece of content) {
      length += piece.length;
      if (length > maxBytes) throw new BlobTooLargeError(`There are more than ${maxBytes} bytes.`);
      hash.update(piece);
      await writeWhole(file, piece);
    }
    await file.sync();
    return { length, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** A system may take less than it is given. */
async function writeWhole(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let written = 0; written < piece.length; )
    written += (await file.write(piece, written, piece.length - written)).bytesWritten;
}
