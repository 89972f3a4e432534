import { readdirSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFileBlobStore } from '../../../../src/local/blobs/file-blob-store.ts';
import { BlobStoreFullError } from '../../../../src/storage/blob-store.ts';
import { openBinaryApi } from '../../api/binary/binary-fixture.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What the disk refuses, and how. */
const disk = vi.hoisted(() => ({ refuses: undefined as string | undefined, code: 'ENOSPC' }));

vi.mock('node:fs/promises', async (load) => {
  const system = await load<typeof FileSystem>();
  const refuse = (what: string) => {
    if (disk.refuses === what) throw Object.assign(new Error(`${disk.code}: no room`), { code: disk.code });
  };
  const open: typeof system.open = async (...given) => {
    refuse('open');
    const file = await system.open(...given);
    return new Proxy(file, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...rest: unknown[]) => {
          refuse(String(name));
          return value.apply(target, rest);
        };
      },
    });
  };
  const rename: typeof system.rename = async (from, to) => {
    refuse('rename');
    return system.rename(from, to);
  };
  return { ...system, default: system, open, rename };
});

/** From now on the disk refuses something, for the test. */
function refuse(what: string, code = 'ENOSPC'): void {
  Object.assign(disk, { refuses: what, code });
  onTestFinished(() => {
    disk.refuses = undefined;
  });
}

const KEY = { id: 'a', version: 1 };
const TEXT = { contentType: 'text/plain' };

async function* content(): AsyncIterable<Uint8Array> {
  yield Buffer.from('some');
  yield Buffer.from('content');
}

describe('a disk that is full', () => {
  it.each([
    ['open', 'ENOSPC'],
    ['write', 'ENOSPC'],
    ['write', 'EDQUOT'],
    ['sync', 'ENOSPC'],
  ])('while the bytes come (%s: %s) is told as that, and nothing of them stays', async (what, code) => {
    const folder = temporaryFolder();
    const blobs = openFileBlobStore(folder);
    refuse(what, code);
    await expect(blobs.stage(content(), TEXT)).rejects.toThrow(BlobStoreFullError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['open', 'writeFile', 'sync', 'rename'])(
    'when they are attached (%s) is told as that; the version can have its content later',
    async (what) => {
      const folder = temporaryFolder();
      const blobs = openFileBlobStore(folder);
      const staged = await blobs.stage(content(), TEXT);
      refuse(what);
      await expect(staged.attach(KEY)).rejects.toThrow(BlobStoreFullError);
      disk.refuses = undefined;
      expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);
      expect(await blobs.info(KEY)).toBeUndefined();
      await (await blobs.stage(content(), TEXT)).attach(KEY);
      expect((await blobs.info(KEY))?.length).toBe(11);
    },
  );

  it('is not said of other failures', async () => {
    const blobs = openFileBlobStore(temporaryFolder());
    refuse('write', 'EIO');
    await expect(blobs.stage(content(), TEXT)).rejects.toMatchObject({ code: 'EIO' });
  });

  it('is a 507 over HTTP, and the upload can be repeated when there is room', async () => {
    const api = openBinaryApi();
    const created = await api.send('POST /Binary', {}, { resourceType: 'Binary', contentType: 'text/plain' });
    const put = () => api.send(`PUT ${created.link()}`, { 'content-type': 'text/plain' }, 'content');
    refuse('write');
    for (const refused of [await put(), await api.send('POST /Binary', { 'content-type': 'text/plain' }, 'x')])
      expect([refused.status, refused.json().issue[0].code]).toEqual([507, 'exception']);
    disk.refuses = undefined;
    expect((await put()).status).toBe(201);
  });
});
