const MIB = 2 ** 20;

/** Of objects in parts S3 takes 10,000, each but the last of 5 MiB at least: they grow, so that what is long has no more. Up to 0.4 TiB. */
export function partBytesOf(number: number): number {
  return Math.min(8 * 2 ** Math.floor((number - 1) / 1000), 64) * MIB;
}

/**
 * Cuts a stream into the parts of an upload, each as it has come in, whatever pieces it came in. None is empty.
 *
 * @param bytesOf how many of the part of a number, from 1
 */
export async function* inParts(
  content: AsyncIterable<Uint8Array>,
  bytesOf: (number: number) => number = partBytesOf,
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let number = 1;
  for await (const piece of content) {
    let rest = piece;
    while (held + rest.length >= bytesOf(number)) {
      const taken = bytesOf(number) - held;
      yield Buffer.concat([...pieces, rest.subarray(0, taken)]);
      rest = rest.subarray(taken);
      pieces = [];
      held = 0;
      number += 1;
    }
    if (rest.length === 0) continue;
    pieces.push(rest);
    held += rest.length;
  }
  if (held > 0) yield Buffer.concat(pieces);
}
