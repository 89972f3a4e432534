import type { Hash } from 'node:crypto';
import { BlobTooLargeError } from '../../blob-store.ts';

/** What has come in so far. */
export interface Seen {
  /** Bytes. */
  length: number;
  readonly hash: Hash;
}

/** Counts and hashes what goes by, up to its limit. */
export async function* watched(
  content: AsyncIterable<Uint8Array>,
  maxBytes: number | undefined,
  seen: Seen,
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    seen.length += piece.length;
    if (seen.length > (maxBytes ?? Number.POSITIVE_INFINITY))
      throw new BlobTooLargeError(`There are more than ${maxBytes} bytes.`);
    seen.hash.update(piece);
    yield piece;
  }
}

/** The first part, and the next one too where the first may be held: only then it is known whether it was all. */
export async function firstOf(parts: AsyncGenerator<Uint8Array>, heldBytes: number): Promise<readonly Uint8Array[]> {
  const first = await parts.next();
  if (first.done === true) return [];
  if (first.value.length > heldBytes) return [first.value];
  const second = await parts.next();
  return second.done === true ? [first.value] : [first.value, second.value];
}

/** Parts that have come already, and those that come. */
export async function* chained(
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}
