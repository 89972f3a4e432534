import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../config/problem.ts';
import type { ArchiveTarget } from './archive-target.ts';

/** The end of the name of a file that is not finished. */
const DRAFT = '.part';

/** An archive in a folder, made when something is put into it (0700, its files 0600). @param name as it was typed */
export function openFolderTarget(folder: string, name: string): ArchiveTarget {
  return {
    name,
    async *list(below) {
      yield* (await filesBelow(folder, below.replace(/\/$/, ''))).sort();
    },
    async read(path) {
      try {
        // Opened here, so that what is not there is known now.
        const handle = await open(join(folder, path), 'r');
        return createReadStream('', { fd: handle, highWaterMark: 262_144 });
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    async create(path, content) {
      const file = join(folder, path);
      await makeFolders(folder, dirname(path));
      const draft = `${file}.${randomUUID()}${DRAFT}`;
      try {
        if ('text' in content) await writeFile(draft, content.text, { mode: 0o600, flag: 'wx' });
        else await copyFile(content.file, draft);
        await flush(draft);
        // Unlike a rename, this fails where something is there.
        await link(draft, file);
      } catch (error) {
        if (systemCode(error) === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
      await flush(dirname(file));
      return true;
    },
    remove: (path) => rm(join(folder, path), { force: true }),
    close: () => undefined,
  };
}

async function filesBelow(folder: string, below: string): Promise<string[]> {
  try {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    const found = await Promise.all(
      entries.map((entry) => {
        const path = `${below}/${entry.name}`;
        if (entry.isDirectory()) return filesBelow(folder, path);
        return path.endsWith(DRAFT) ? [] : [path];
      }),
    );
    return found.flat();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Also the names of new folders are on disk. */
async function makeFolders(folder: string, below: string): Promise<void> {
  const first = await mkdir(join(folder, below), { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let path = join(folder, below); path !== dirname(first); path = dirname(path)) await flush(path);
  await flush(dirname(first));
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
