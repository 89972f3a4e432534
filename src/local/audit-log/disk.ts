import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

/** What the log asks of the operating system; a test has a disk that fails. */
export interface Disk {
  readonly open: (path: string, flags: string, mode?: number) => number;
  /** As many bytes as there was room for. */
  readonly write: (fd: number, bytes: Uint8Array, offset: number) => number;
  readonly truncate: (fd: number, length: number) => void;
  readonly sync: (fd: number) => void;
  /** The same without keeping other requests from going on. */
  readonly syncLater: (fd: number) => Promise<void>;
  /** Of a folder: a new file's name is on disk. */
  readonly syncFolder: (path: string) => void;
  readonly close: (fd: number) => void;
}

export const REAL_DISK: Disk = {
  open: openSync,
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  truncate: ftruncateSync,
  sync: fdatasyncSync,
  syncLater: promisify(fdatasync),
  syncFolder(path) {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  close: closeSync,
};
