import { readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileBlobStore } from '../../../../src/local/blobs/file-blob-store.ts';
import { BlobMismatchError, type BlobStore } from '../../../../src/storage/blob-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEY = { id: 'a', version: 1 };
const TEXT = { contentType: 'text/plain' };

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function put(blobs: BlobStore, text: string): Promise<void> {
  await (await blobs.stage(pieces(text), TEXT)).attach(KEY);
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of content) text += Buffer.from(piece).toString();
  return text;
}

/** The folder of a store, with one content in it, and the files of that. */
async function withContent(text: string) {
  const folder = join(temporaryFolder(), 'blobs');
  const blobs = openFileBlobStore(folder);
  await put(blobs, text);
  const [bytes = '', note = ''] = readdirSync(folder)
    .sort((a, b) => a.length - b.length)
    .map((name) => join(folder, name));
  return { folder, blobs, bytes, note };
}

describe('contents as files', () => {
  it.skipIf(process.platform === 'win32')('are for their owner alone', async () => {
    const { folder } = await withContent('secret');
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(folder)).toBe('700');
    expect(readdirSync(folder).map((name) => mode(join(folder, name)))).toEqual(['600', '600']);
  });

  it('leave nothing beside the bytes and their note', async () => {
    const { folder, bytes } = await withContent('whole');
    expect(readdirSync(folder)).toHaveLength(2);
    expect(readFileSync(bytes, 'utf8')).toBe('whole');
  });

  it('say nothing of ids in their names', async () => {
    const { folder } = await withContent('x');
    for (const name of readdirSync(folder)) expect(name).toMatch(/^[0-9a-f]{40}(\.json)?$/);
  });

  it.each([
    ['changed', (path: string) => writeFileSync(path, 'thole')],
    ['cut off', (path: string) => truncateSync(path, 3)],
    ['emptied', (path: string) => truncateSync(path, 0)],
  ])('that were %s on the disk are not passed off as whole', async (_, damage) => {
    const { blobs, bytes } = await withContent('whole');
    damage(bytes);
    await expect(textOf(blobs.read(KEY))).rejects.toThrow(BlobMismatchError);
  });

  it('whose note is damaged do not keep the others from being listed', async () => {
    const { blobs, note } = await withContent('one');
    await (await blobs.stage(pieces('two'), TEXT)).attach({ id: 'b', version: 1 });
    writeFileSync(note, '{"id":');
    await expect(blobs.info(KEY)).rejects.toThrow(BlobMismatchError);
    const listed: string[] = [];
    for await (const { id } of blobs.list()) listed.push(id);
    expect(listed).toEqual(['b']);
  });

  it('can be given again when the process ended before the note was written', async () => {
    const { folder, blobs, note } = await withContent('before');
    await blobs.remove(KEY);
    writeFileSync(note.replace(/\.json$/, ''), 'bytes without a note');
    const again = openFileBlobStore(folder);
    expect(await again.info(KEY)).toBeUndefined();
    await put(again, 'after');
    expect(await textOf(again.read(KEY))).toBe('after');
  });

  it('without a note are removed as unfinished, when they are old enough; what has one is not', async () => {
    const { folder, blobs, bytes } = await withContent('kept');
    const old = new Date(Date.now() - 3_600_000);
    for (const name of ['0'.repeat(40), 'x.draft', 'x.draft.json.draft']) {
      writeFileSync(join(folder, name), 'left');
      utimesSync(join(folder, name), old, old);
    }
    utimesSync(bytes, old, old);
    expect(await blobs.removeUnfinished(old.getTime() - 1000)).toBe(0);
    expect(await blobs.removeUnfinished(old.getTime() + 1000)).toBe(3);
    expect(await textOf(blobs.read(KEY))).toBe('kept');
  });

  it('are read into pieces of constant size, of any length', async () => {
    const { blobs } = await withContent('x'.repeat(2_000_000));
    const lengths: number[] = [];
    for await (const piece of blobs.read(KEY)) lengths.push(piece.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 ** 18);
  });
});
