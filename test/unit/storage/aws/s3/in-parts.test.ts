import { describe, expect, it } from 'vitest';
import { inParts, partBytesOf } from '../../../../../src/storage/aws/s3/in-parts.ts';

async function cut(lengths: readonly number[], bytesOf: (number: number) => number): Promise<readonly string[]> {
  let at = 0;
  async function* content() {
    for (const length of lengths) {
      yield Buffer.from('abcdefghijklmnopqrstuvwxyz'.slice(at, at + length));
      at += length;
    }
  }
  const parts: string[] = [];
  for await (const part of inParts(content(), bytesOf)) parts.push(Buffer.from(part).toString());
  return parts;
}

describe('parts of an upload', () => {
  it.each<[readonly number[], readonly string[]]>([
    [[], []],
    [[0, 0], []],
    [[3], ['abc']],
    [[4], ['abcd']],
    [[5], ['abcd', 'e']],
    [
      [1, 1, 1, 1, 1],
      ['abcd', 'e'],
    ],
    [
      [2, 0, 3, 0],
      ['abcd', 'e'],
    ],
    [[10], ['abcd', 'efgh', 'ij']],
    [
      [3, 9],
      ['abcd', 'efgh', 'ijkl'],
    ],
  ])('of pieces of %j bytes, 4 a part: %j', async (lengths, parts) => {
    expect(await cut(lengths, () => 4)).toEqual(parts);
  });

  it('may be longer later', async () => {
    expect(await cut([10], (number) => number)).toEqual(['a', 'bc', 'def', 'ghij']);
  });

  it('are as S3 takes them: from 5 MiB, and 10,000 of them hold more than 400 GiB', () => {
    const lengths = Array.from({ length: 10_000 }, (_, i) => partBytesOf(i + 1));
    expect(Math.min(...lengths)).toBe(8 * 2 ** 20);
    expect(Math.max(...lengths)).toBe(64 * 2 ** 20);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(400 * 2 ** 30);
  });
});
