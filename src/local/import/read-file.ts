import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import type { ImportFile } from './import-file.ts';

/** Why a file can't be read to its end; told as the reason of its refusal. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/**
 * A whole JSON file is held in memory; V8 has no longer string than 512 MiB.
 * What is bigger belongs into .ndjson, which is read line by line.
 */
export const MAX_WHOLE_BYTES = 400 * 2 ** 20;

/** A file's content, unpacked; `onBytes` counts those read from disk. */
export function contentStream(file: ImportFile, onBytes: (count: number) => void = () => {}): Readable {
  const raw = createReadStream(file.path, { highWaterMark: 2 ** 18 });
  raw.on('data', (chunk) => onBytes(chunk.length));
  if (!file.gzip) return raw;
  // Errors reach the reader through the gunzip stream, that the pipeline destroys with them.
  return pipeline(raw, createGunzip({ chunkSize: 2 ** 18 }), () => {});
}

/** The whole of a file, unpacked. */
export async function readWhole(file: ImportFile, limit = MAX_WHOLE_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of contentStream(file) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) {
        throw new UnreadableFileError(
          `It is larger than ${Math.floor(limit / 2 ** 20)} MiB, too much for one JSON document. Make it .ndjson, one resource or bundle a line: of that, any size can be read.`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreadable(error);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}

/** The SHA-256 of a file as it lies on disk, in hex. */
export async function fileDigest(file: ImportFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file.path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const HEAD_BYTES = 2 ** 16;

/** The first 64 KiB of a file (of a packed one, at least as much), as text; what can't be unpacked is empty. */
export async function readHead(file: ImportFile): Promise<string> {
  const handle = await open(file.path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return file.gzip
      ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8', 0, 4 * HEAD_BYTES)
      : head.toString();
  } catch {
    // Whoever reads the whole of it will say what is wrong.
    return '';
  } finally {
    await handle.close();
  }
}

/** Tells damage to a packed file apart from other errors. */
export function unreadable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z_')) return error;
  return new UnreadableFileError(`It is not a whole gzip file: ${error instanceof Error ? error.message : code}.`, {
    cause: error,
  });
}
