import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, link, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../config/problem.ts';
import {
  BlobExistsError,
  type BlobExpectation,
  type BlobInfo,
  type BlobKey,
  BlobMismatchError,
  type BlobStore,
  BlobTooLargeError,
  type ByteRange,
  type StagedBlob,
} from '../../storage/blob-store.ts';

/** What is written beside the bytes: there when the content is. */
type Note = BlobInfo & BlobKey;

const DRAFT = '.draft';
const NOTE = '.json';

/**
 * Contents as files in a folder, made if it is not there (0700, its files 0600): the bytes, and a note beside them that says what they are. The
 * note comes last and at once: without it there is no content. Names are hashes: ids differ by case, and some file systems do not.
 */
export function openFileBlobStore(folder: string): BlobStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = ({ id, version }: BlobKey) =>
    join(folder, createHash('sha256').update(`${id}/${version}`).digest('hex').slice(0, 40));

  async function info(key: BlobKey): Promise<BlobInfo | undefined> {
    const note = await readNote(`${pathOf(key)}${NOTE}`);
    return note && { contentType: note.contentType, length: note.length, sha256: note.sha256 };
  }

  async function stage(content: AsyncIterable<Uint8Array>, expected: BlobExpectation): Promise<StagedBlob> {
    const draft = join(folder, `${randomUUID()}${DRAFT}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      const { length, sha256 } = await take(file, content, expected.maxBytes);
      if (expected.sha256 !== undefined && expected.sha256 !== sha256)
        throw new BlobMismatchError('The bytes are not those of the checksum.');
      await file.sync();
      await file.close();
      return staged(draft, { contentType: expected.contentType, length, sha256 });
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(draft, { force: true });
      throw error;
    }
  }

  function staged(draft: string, stagedInfo: BlobInfo): StagedBlob {
    const discard = () => rm(draft, { force: true });
    return {
      info: stagedInfo,
      discard,
      async attach(key) {
        const path = pathOf(key);
        const note: Note = { ...key, ...stagedInfo };
        const noteDraft = `${draft}${NOTE}${DRAFT}`;
        try {
          await writeFile(noteDraft, JSON.stringify(note), { mode: 0o600, flush: true });
          // A link, unlike a new name, is refused where there is a file: of two who come at once, one is told.
          await link(draft, path).catch(refuseSecond);
          await link(noteDraft, `${path}${NOTE}`);
          await syncFolder(folder);
        } finally {
          await rm(noteDraft, { force: true });
          await discard();
        }
      },
    };
  }

  return {
    info,
    stage,
    read: (key, range) => read(pathOf(key), range, () => info(key)),
    async *list() {
      for (const name of await readdir(folder)) {
        const note = name.endsWith(NOTE) ? await readNote(join(folder, name)) : undefined;
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

function refuseSecond(error: unknown): never {
  if (systemCode(error) !== 'EEXIST') throw error;
  throw new BlobExistsError('The version has its content already.', { cause: error });
}

async function take(file: FileHandle, content: AsyncIterable<Uint8Array>, maxBytes = Number.POSITIVE_INFINITY) {
  const hash = createHash('sha256');
  let length = 0;
  for await (const piece of content) {
    length += piece.length;
    if (length > maxBytes) throw new BlobTooLargeError(`There are more than ${maxBytes} bytes.`);
    hash.update(piece);
    for (let written = 0; written < piece.length; )
      written += (await file.write(piece, written, piece.length - written)).bytesWritten;
  }
  return { length, sha256: hash.digest('hex') };
}

/** Pieces from a file; all of it is held to its checksum. */
async function* read(
  path: string,
  range: ByteRange | undefined,
  info: () => Promise<BlobInfo | undefined>,
): AsyncIterable<Uint8Array> {
  if (range !== undefined) {
    yield* createReadStream(path, { start: range.start, end: range.end });
    return;
  }
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 18 })) {
    if (last !== undefined) yield last;
    last = piece as Uint8Array;
    hash.update(last);
  }
  if (hash.digest('hex') !== (await info())?.sha256) throw new BlobMismatchError(`${path} has been damaged.`);
  if (last !== undefined) yield last;
}

async function readNote(path: string): Promise<Note | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Note;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
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
