import type { BlobStore } from '../../storage/blob-store.ts';
import type { Store } from '../../storage/store.ts';

/** ms between two sweeps. */
const EVERY = 60 * 60_000;
/** Uploads that began so long ago, in ms, have ended one way or the other. */
const UNFINISHED_AFTER = 24 * 60 * 60_000;

/**
 * Removes what no one will ask for: uploads that were broken off, and contents of versions that there are not, as when the server ended between
 * taking the bytes and writing the resource. What a version refers to stays, also that of a Binary that was deleted: its history may be read.
 *
 * @param now ms since the epoch
 * @returns how many things were removed
 */
export async function sweepBlobs(blobs: BlobStore, store: Pick<Store, 'readVersion'>, now: number): Promise<number> {
  let removed = await blobs.removeUnfinished(now - UNFINISHED_AFTER);
  for await (const key of blobs.list()) {
    if ((await store.readVersion('Binary', key.id, key.version)) !== undefined) continue;
    await blobs.remove(key);
    removed += 1;
  }
  return removed;
}

/** Sweeps now and from time to time; gives the function that ends that. */
export function keepSwept(
  blobs: BlobStore,
  store: Pick<Store, 'readVersion'>,
  report: (error: unknown) => void,
): () => Promise<void> {
  let running = Promise.resolve();
  const sweep = () => {
    running = running.then(async () => void (await sweepBlobs(blobs, store, Date.now()))).catch(report);
  };
  const first = setTimeout(sweep, 5000).unref();
  const timer = setInterval(sweep, EVERY).unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
    return running;
  };
}
