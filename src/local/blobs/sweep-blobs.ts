import type { BlobStore } from '../../storage/blob-store.ts';
import type { Store } from '../../storage/store.ts';

/** ms after the start of the first sweep, and between two. */
const FIRST = 5000;
const EVERY = 60 * 60_000;
/** Uploads to which nothing came for so long, in ms, have ended one way or the other. */
const UNFINISHED_AFTER = 24 * 60 * 60_000;
/** For which a file may seem older than it is, ms: clocks are set back. */
const CLOCK_SLACK = 60_000;

/**
 * Removes what no one will ask for: uploads that were broken off, and contents of versions that there are not, as when the server ended between
 * taking the bytes and writing the resource. What a version refers to stays, also that of a Binary that was deleted: its history may be read.
 *
 * @param unfinishedBefore uploads to which nothing has come since, in ms since the epoch, are broken off
 * @param isOver asked on the way: true leaves the rest for the next time
 * @returns how many things were removed
 */
export async function sweepBlobs(
  blobs: BlobStore,
  store: Pick<Store, 'readVersion'>,
  unfinishedBefore: number,
  isOver: () => boolean = () => false,
): Promise<number> {
  let removed = await blobs.removeUnfinished(unfinishedBefore);
  for await (const key of blobs.list()) {
    if (isOver()) break;
    if ((await store.readVersion('Binary', key.id, key.version)) !== undefined) continue;
    await blobs.remove(key);
    removed += 1;
  }
  return removed;
}

/** Sweeps soon and from time to time; gives the function that ends that, also one that goes on: a stop does not wait for thousands of files. */
export function keepSwept(
  blobs: BlobStore,
  store: Pick<Store, 'readVersion'>,
  report: (error: unknown) => void,
): () => Promise<void> {
  const started = Date.now();
  let running = Promise.resolve();
  let over = false;
  const sweep = () => {
    // What an earlier process began, no one goes on with.
    const before = Math.max(started - CLOCK_SLACK, Date.now() - UNFINISHED_AFTER);
    running = running.then(async () => void (await sweepBlobs(blobs, store, before, () => over))).catch(report);
  };
  const first = setTimeout(sweep, FIRST).unref();
  const timer = setInterval(sweep, EVERY).unref();
  return () => {
    over = true;
    clearTimeout(first);
    clearInterval(timer);
    return running;
  };
}
