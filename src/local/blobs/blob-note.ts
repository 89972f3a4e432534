import { open, readFile } from 'node:fs/promises';
import { systemCode } from '../../config/problem.ts';
import { type BlobInfo, type BlobKey, BlobMismatchError } from '../../storage/blob-store.ts';

/** What is written beside the bytes of a content: what they are, and whose. */
export type BlobNote = BlobInfo & BlobKey;

/** Undefined when there is none. @throws BlobMismatchError for one that has been damaged */
export async function readNote(path: string): Promise<BlobNote | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as BlobNote;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) throw new BlobMismatchError(`${path} has been damaged.`, { cause: error });
    throw error;
  }
}

/** Writes a note to a new file (0600), on the disk when this resolves. */
export async function writeNote(path: string, note: BlobNote): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(note));
    await file.sync();
  } finally {
    await file.close();
  }
}
