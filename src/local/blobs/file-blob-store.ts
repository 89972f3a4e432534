import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../config/problem.ts';
import {
  BlobExistsError,
  type BlobExpectation,
  type BlobInfo,
  type BlobKey,
  BlobMismatchError,
  type BlobStore,
  BlobStoreFullError,
  type StagedBlob,
} from '../../storage/blob-store.ts';
import { readNote, writeNote } from './blob-note.ts';
import { readBytes } from './read-bytes.ts';
import { writeBytes } from './write-bytes.ts';

const DRAFT = '.draft';
const NOTE = '.json';

/**
 * Contents as files in a folder, made if it is not there (0700, its files 0600): the bytes, and a note beside them that says what they are. The
 * note comes last and at once: without it there is no content. Names are hashes: ids differ by case, and some file systems do not. One process
 * has the folder, as it has the data folder.
 */
export function openFileBlobStore(folder: string): BlobStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  /** Of two who give a version its content at once, the second is refused. */
  const attaching = new Set<string>();
  const pathOf = ({ id, version }: BlobKey) =>
    join(folder, createHash('sha256').update(`${id}/${version}`).digest('hex').slice(0, 40));

  async function info(key: BlobKey): Promise<BlobInfo | undefined> {
    const note = await readNote(`${pathOf(key)}${NOTE}`);
    return note && { contentType: note.contentType, length: note.length, sha256: note.sha256 };
  }

  async function stage(content: AsyncIterable<Uint8Array>, expected: BlobExpectation): Promise<StagedBlob> {
    const draft = join(folder, `${randomUUID()}${DRAFT}`);
    try {
      const { length, sha256 } = await writeBytes(draft, content, expected.maxBytes);
      if (expected.sha256 !== undefined && expected.sha256 !== sha256)
        throw new BlobMismatchError('The bytes are not those of the checksum.');
      return staged(draft, { contentType: expected.contentType, length, sha256 });
    } catch (error) {
      await rm(draft, { force: true });
      throw tellingFull(error);
    }
  }

  function staged(draft: string, stagedInfo: BlobInfo): StagedBlob {
    const discard = () => rm(draft, { force: true });
    return {
      info: stagedInfo,
      discard,
      async attach(key) {
        const path = pathOf(key);
        const noteDraft = `${draft}${NOTE}${DRAFT}`;
        try {
          if (attaching.has(path)) throw exists();
          attaching.add(path);
          try {
            if ((await readNote(`${path}${NOTE}`)) !== undefined) throw exists();
            await writeNote(noteDraft, { ...key, ...stagedInfo });
            await rename(draft, path);
            // In this order on the disk too: a note never stands there without its bytes.
            await syncFolder(folder);
            await rename(noteDraft, `${path}${NOTE}`);
            await syncFolder(folder);
          } finally {
            attaching.delete(path);
          }
        } catch (error) {
          await rm(noteDraft, { force: true });
          await discard();
          throw tellingFull(error);
        }
      },
    };
  }

  return {
    info,
    stage,
    read: (key, range) => readBytes(pathOf(key), range, async () => (await info(key))?.sha256),
    async *list() {
      for (const name of await readdir(folder)) {
        if (!name.endsWith(NOTE)) continue;
        const note = await readNote(join(folder, name)).catch(passOverDamage);
        if (note !== undefined) yield { id: note.id, version: note.version };
      }
    },
    async remove(key) {
      const path = pathOf(key);
      await rm(`${path}${NOTE}`, { force: true });
      await rm(path, { force: true });
    },
    async removeUnfinished(before) {
      const names = new Set(await readdir(folder));
      let removed = 0;
      for (const name of names) {
        // Bytes without their note: the process ended between the two.
        const isUnfinished = name.endsWith(DRAFT) || (!name.endsWith(NOTE) && !names.has(`${name}${NOTE}`));
        if (!isUnfinished || !(await isOlder(join(folder, name), before))) continue;
        await rm(join(folder, name), { force: true });
        removed += 1;
      }
      return removed;
    },
  };
}

function exists(): BlobExistsError {
  return new BlobExistsError('The version has its content already.');
}

function tellingFull(error: unknown): unknown {
  const code = systemCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new BlobStoreFullError('There is no room on the disk.', { cause: error });
}

function passOverDamage(error: unknown): undefined {
  if (!(error instanceof BlobMismatchError)) throw error;
}

async function isOlder(path: string, time: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < time;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** New names are on the disk when their folder is. Windows can't, and needs not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
