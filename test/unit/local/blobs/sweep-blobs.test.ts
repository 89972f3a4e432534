import { describe, expect, it, vi } from 'vitest';
import { openFileBlobStore } from '../../../../src/local/blobs/file-blob-store.ts';
import { keepSwept, sweepBlobs } from '../../../../src/local/blobs/sweep-blobs.ts';
import type { BlobStore } from '../../../../src/storage/blob-store.ts';
import type { Store, StoredVersion } from '../../../../src/storage/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Versions = Pick<Store, 'readVersion'>;

/** A store that has these versions of Binaries, deletions among them. */
function storeOf(...keys: readonly string[]): Versions {
  return {
    readVersion: async (type, id, version) =>
      type === 'Binary' && keys.includes(`${id}/${version}`) ? ({ type, id, version } as StoredVersion) : undefined,
  };
}

async function blobsWith(...keys: readonly string[]): Promise<BlobStore> {
  const blobs = openFileBlobStore(temporaryFolder());
  for (const key of keys) {
    const [id = '', version] = key.split('/');
    await (await stage(blobs)).attach({ id, version: Number(version) });
  }
  return blobs;
}

async function stage(blobs: BlobStore) {
  async function* content() {
    yield Buffer.from('content');
  }
  return blobs.stage(content(), { contentType: 'text/plain' });
}

async function kept(blobs: BlobStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { id, version } of blobs.list()) keys.push(`${id}/${version}`);
  return keys.sort();
}

describe('a sweep', () => {
  it('removes the contents of versions that there are not, and no other', async () => {
    const blobs = await blobsWith('a/1', 'a/2', 'b/1', 'c/1');
    expect(await sweepBlobs(blobs, storeOf('a/1', 'a/2', 'c/1', 'd/1'), 0)).toBe(1);
    expect(await kept(blobs)).toEqual(['a/1', 'a/2', 'c/1']);
  });

  it('removes uploads that were broken off, and leaves those that go on', async () => {
    const blobs = await blobsWith('a/1');
    const going = await stage(blobs);
    expect(await sweepBlobs(blobs, storeOf('a/1'), Date.now() - 60_000)).toBe(0);
    await going.attach({ id: 'a', version: 2 });
    await stage(blobs);
    expect(await sweepBlobs(blobs, storeOf('a/1', 'a/2'), Date.now() + 60_000)).toBe(1);
    expect(await kept(blobs)).toEqual(['a/1', 'a/2']);
  });

  it('removes nothing when the store can not be asked', async () => {
    const blobs = await blobsWith('a/1', 'b/1');
    const store: Versions = { readVersion: () => Promise.reject(new Error('closed')) };
    await expect(sweepBlobs(blobs, store, 0)).rejects.toThrow('closed');
    expect(await kept(blobs)).toEqual(['a/1', 'b/1']);
  });

  it('ends in the middle when it is told to, and goes on the next time', async () => {
    const blobs = await blobsWith('a/1', 'b/1', 'c/1');
    let asked = 0;
    expect(await sweepBlobs(blobs, storeOf(), 0, () => ++asked > 1)).toBe(1);
    expect(await kept(blobs)).toHaveLength(2);
    expect(await sweepBlobs(blobs, storeOf(), 0)).toBe(2);
  });

  it('that goes on when the server stops is not waited for to its end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const blobs = await blobsWith('a/1', 'b/1', 'c/1');
      let stopped: Promise<void> | undefined;
      // Told to stop while it asks for the first.
      const store: Versions = {
        readVersion: async () => {
          stopped ??= stop();
          return undefined;
        },
      };
      const stop = keepSwept(blobs, store, () => {});
      await vi.advanceTimersByTimeAsync(5000);
      await vi.waitFor(() => expect(stopped).toBeDefined());
      await stopped;
      expect(await kept(blobs)).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('comes soon after the start and every hour, and ends when it is told to', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const asked: number[] = [];
      const failures: unknown[] = [];
      const blobs = { ...(await blobsWith()), removeUnfinished: async (before: number) => asked.push(before) };
      const begin = Date.now();
      const stop = keepSwept(blobs, storeOf(), (error) => failures.push(error));
      await vi.advanceTimersByTimeAsync(3_610_000);
      await stop();
      expect(asked).toHaveLength(2);
      // Not what this process has begun: there may be more to come.
      for (const before of asked) expect(before).toBeLessThan(begin);
      await vi.advanceTimersByTimeAsync(36_000_000);
      expect([asked.length, failures]).toEqual([2, []]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tells of its failures, and comes again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const failures: unknown[] = [];
      const blobs = { ...(await blobsWith()), removeUnfinished: () => Promise.reject(new Error('disk')) };
      const stop = keepSwept(blobs, storeOf(), (error) => failures.push(error));
      await vi.advanceTimersByTimeAsync(3_610_000);
      await stop();
      expect(failures).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
