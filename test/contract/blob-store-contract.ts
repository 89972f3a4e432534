import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  BlobExistsError,
  type BlobKey,
  BlobMismatchError,
  type BlobStore,
  BlobTooLargeError,
} from '../../src/storage/blob-store.ts';

/** A blob store that a test has to itself. */
export interface OpenedBlobStore {
  readonly blobs: BlobStore;
  /** Opens another on what the first has kept, as after a restart. */
  readonly reopen: () => BlobStore | Promise<BlobStore>;
  /** Changes the last byte of a content where it is kept, behind the store's back. */
  readonly damage: (key: BlobKey) => void | Promise<void>;
}

const KEY: BlobKey = { id: 'a', version: 1 };
const PDF = { contentType: 'application/pdf' };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Bytes that differ from place to place. */
function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8)) % 251;
  return bytes;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* broken(): AsyncIterable<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('The client has gone.');
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}

async function keysOf(blobs: BlobStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { id, version } of blobs.list()) keys.push(`${id}/${version}`);
  return keys.sort();
}

async function put(blobs: BlobStore, key: BlobKey, bytes: Uint8Array): Promise<void> {
  await (await blobs.stage(inPieces(bytes, 70_000), PDF)).attach(key);
}

/**
 * What a blob store must do: the port's suite, for any adapter.
 *
 * @param open gives an empty one
 */
export function describeBlobStore(name: string, open: () => OpenedBlobStore | Promise<OpenedBlobStore>): void {
  describe(`the ${name} blob store`, () => {
    let opened: OpenedBlobStore;
    let blobs: BlobStore;
    beforeEach(async () => {
      opened = await open();
      blobs = opened.blobs;
    });

    it.each([0, 1, 262_144, 262_145, 1_000_000])(
      'gives back %i bytes as they came, and says what they are',
      async (n) => {
        const bytes = bytesOf(n);
        const staged = await blobs.stage(inPieces(bytes, 70_000), PDF);
        const info = { contentType: 'application/pdf', length: n, sha256: sha256(bytes) };
        expect(staged.info).toEqual(info);
        await staged.attach(KEY);
        expect(await blobs.info(KEY)).toEqual(info);
        expect((await all(blobs.read(KEY))).equals(bytes)).toBe(true);
      },
    );

    it.each([
      [0, 0],
      [0, 999_999],
      [5, 9],
      [262_143, 262_144],
      [999_999, 999_999],
    ])('gives a range: %i to %i, both included', async (start, end) => {
      const bytes = bytesOf(1_000_000);
      await put(blobs, KEY, bytes);
      expect((await all(blobs.read(KEY, { start, end }))).equals(bytes.subarray(start, end + 1))).toBe(true);
    });

    it('takes pieces of any length, and of none', async () => {
      async function* uneven() {
        for (let i = 0; i < 2000; i++) yield Buffer.alloc(i % 7, String(i % 10));
      }
      const bytes = await all(uneven());
      const staged = await blobs.stage(uneven(), PDF);
      await staged.attach(KEY);
      expect([staged.info.length, staged.info.sha256]).toEqual([bytes.length, sha256(bytes)]);
      expect((await all(blobs.read(KEY))).equals(bytes)).toBe(true);
    });

    it('has nothing for a version before its content is attached', async () => {
      const staged = await blobs.stage(inPieces(bytesOf(10), 3), PDF);
      expect([await blobs.info(KEY), await keysOf(blobs)]).toEqual([undefined, []]);
      await staged.discard();
      expect([await blobs.info(KEY), await keysOf(blobs)]).toEqual([undefined, []]);
    });

    it('tells ids and versions apart, by case too', async () => {
      const keys = [
        KEY,
        { id: 'A', version: 1 },
        { id: 'a', version: 11 },
        { id: 'a1', version: 1 },
        { id: '..', version: 1 },
      ];
      for (const [i, key] of keys.entries()) await put(blobs, key, Buffer.from(`content ${i}`));
      for (const [i, key] of keys.entries()) expect((await all(blobs.read(key))).toString()).toBe(`content ${i}`);
      expect(await keysOf(blobs)).toEqual(keys.map(({ id, version }) => `${id}/${version}`).sort());
    });

    it('keeps what is there over a restart', async () => {
      await put(blobs, KEY, bytesOf(100));
      const again = await opened.reopen();
      expect(await all(again.read(KEY))).toEqual(bytesOf(100));
      expect(await keysOf(again)).toEqual(['a/1']);
    });

    it('never changes the content of a version', async () => {
      await put(blobs, KEY, Buffer.from('first'));
      await expect(put(blobs, KEY, Buffer.from('second'))).rejects.toThrow(BlobExistsError);
      expect((await all(blobs.read(KEY))).toString()).toBe('first');
    });

    it('takes one of many who come at once, whole', async () => {
      const texts = ['one', 'two', 'three', 'four'];
      const staged = await Promise.all(texts.map((text) => blobs.stage(inPieces(Buffer.from(text), 2), PDF)));
      const results = await Promise.allSettled(staged.map((each) => each.attach(KEY)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BlobExistsError);
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      expect((await all(blobs.read(KEY))).toString()).toBe(texts[winner]);
    });

    it('attaches what was staged once', async () => {
      const staged = await blobs.stage(inPieces(bytesOf(10), 4), PDF);
      await staged.attach(KEY);
      await expect(staged.attach({ id: 'b', version: 1 })).rejects.toThrow();
      expect([await keysOf(blobs), await blobs.info({ id: 'b', version: 1 })]).toEqual([['a/1'], undefined]);
      expect(await all(blobs.read(KEY))).toEqual(bytesOf(10));
    });

    it('does not pass off as whole what was damaged: the last piece does not come', async () => {
      const bytes = bytesOf(1_000_000);
      await put(blobs, KEY, bytes);
      await opened.damage(KEY);
      let read = 0;
      const reading = async () => {
        for await (const piece of blobs.read(KEY)) read += piece.length;
      };
      await expect(reading()).rejects.toThrow(BlobMismatchError);
      expect(read).toBeLessThan(bytes.length);
    });

    it('refuses more bytes than are wanted, as soon as they come', async () => {
      let taken = 0;
      async function* endless() {
        for (;;) {
          taken += 1000;
          yield Buffer.alloc(1000);
        }
      }
      await expect(blobs.stage(endless(), { ...PDF, maxBytes: 5000 })).rejects.toThrow(BlobTooLargeError);
      expect(taken).toBe(6000);
      await (await blobs.stage(inPieces(bytesOf(5000), 999), { ...PDF, maxBytes: 5000 })).attach(KEY);
      expect((await blobs.info(KEY))?.length).toBe(5000);
    });

    it('refuses other bytes than those of the checksum', async () => {
      const expected = { ...PDF, sha256: sha256(bytesOf(10)) };
      await expect(blobs.stage(inPieces(bytesOf(11), 4), expected)).rejects.toThrow(BlobMismatchError);
      await (await blobs.stage(inPieces(bytesOf(10), 4), expected)).attach(KEY);
      expect(await keysOf(blobs)).toEqual(['a/1']);
    });

    it('passes on what the stream throws', async () => {
      await expect(blobs.stage(broken(), PDF)).rejects.toThrow('The client has gone.');
    });

    it('keeps nothing of what was refused, broken off or discarded', async () => {
      await expect(blobs.stage(broken(), PDF)).rejects.toThrow();
      await expect(blobs.stage(inPieces(bytesOf(10), 4), { ...PDF, maxBytes: 5 })).rejects.toThrow();
      await expect(blobs.stage(inPieces(bytesOf(10), 4), { ...PDF, sha256: sha256(bytesOf(1)) })).rejects.toThrow();
      await (await blobs.stage(inPieces(bytesOf(10), 4), PDF)).discard();
      await put(blobs, KEY, bytesOf(10));
      await expect(put(blobs, KEY, bytesOf(11))).rejects.toThrow();
      expect(await blobs.removeUnfinished(Date.now() + 60_000)).toBe(0);
    });

    it('removes a content, and what is not there', async () => {
      await put(blobs, KEY, bytesOf(10));
      await put(blobs, { id: 'a', version: 2 }, bytesOf(20));
      await blobs.remove(KEY);
      await blobs.remove(KEY);
      expect([await blobs.info(KEY), await keysOf(blobs)]).toEqual([undefined, ['a/2']]);
      await put(blobs, KEY, bytesOf(30));
      expect((await blobs.info(KEY))?.length).toBe(30);
    });

    it('removes what was begun and not finished, when it is old enough', async () => {
      await put(blobs, KEY, bytesOf(10));
      await blobs.stage(inPieces(bytesOf(10), 4), PDF);
      expect(await blobs.removeUnfinished(Date.now() - 60_000)).toBe(0);
      expect(await blobs.removeUnfinished(Date.now() + 60_000)).toBe(1);
      expect(await blobs.removeUnfinished(Date.now() + 60_000)).toBe(0);
      expect(await all(blobs.read(KEY))).toEqual(bytesOf(10));
    });

    it('can be read by many at once, and left in the middle', async () => {
      const bytes = bytesOf(1_000_000);
      await put(blobs, KEY, bytes);
      const reads = Array.from({ length: 5 }, () => all(blobs.read(KEY)));
      for await (const piece of blobs.read(KEY)) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      for (const read of await Promise.all(reads)) expect(read.equals(bytes)).toBe(true);
    });
  });
}
