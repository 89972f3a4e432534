import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../config/problem.ts';
import { openDatabase } from '../storage/embedded/sqlite.ts';

/** What uses a data folder, for the message to whoever else wants it. */
export interface LockHolder {
  readonly pid: number;
  /** The command, `fwoa local` for one. */
  readonly command: string;
}

/** A data folder held for this process alone. */
export interface FolderLock {
  release(): void;
}

const HOLDER_FILE = 'lock.json';

/**
 * Takes a data folder for this process; undefined when another has it. The lock is SQLite's own on a database of its own, which the
 * operating system drops when the process ends in any way, so none is ever left behind.
 */
export function takeFolderLock(folder: string, command: string): FolderLock | undefined {
  const file = join(folder, 'lock.sqlite');
  // SQLite would make it with the umask's mode.
  writeFileSync(file, '', { mode: 0o600, flag: 'a' });
  const database = openDatabase(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (/locked|busy/i.test(String(error))) return undefined;
    throw error;
  }
  const holder: LockHolder = { pid: process.pid, command };
  writeFileSync(join(folder, HOLDER_FILE), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return {
    release() {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** Who said last that it took the folder: to be believed only while the lock is taken. */
export function readLockHolder(folder: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8')) as LockHolder;
  } catch {
    // Not written yet, or just being written: the message goes without it.
    return undefined;
  }
}

/** The problem of a data folder that another process uses. */
export function folderInUse(folder: string): Problem {
  const holder = readLockHolder(folder);
  const who = holder === undefined ? 'another process' : `another process (${holder.command}, pid ${holder.pid})`;
  return new Problem('data-folder-in-use', {
    what: `The data folder ${folder} is in use.`,
    why: `It is held by ${who}; one process at a time may write to it.`,
    next:
      holder === undefined
        ? 'Stop it, or name another folder with --data.'
        : `Stop it (kill ${holder.pid}), or name another folder with --data.`,
  });
}
