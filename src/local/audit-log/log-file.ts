import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { auditFileName } from './file-names.ts';

const DAY = 86_400_000;

export interface LogFileOptions {
  readonly folder: string;
  readonly disk: Disk;
  /** A file that has reached this is followed by another. */
  readonly maxBytes: number;
  /** Flush what is written, and the name of a new file, to the disk. */
  readonly flush: boolean;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Called with the name of a file to which nothing will be added. */
  readonly onRotated: (name: string) => void;
}

interface OpenFile {
  readonly name: string;
  readonly fd: number;
  /** Of whole lines. */
  size: number;
  /** When its day ends, ms since the epoch. */
  readonly dayEnd: number;
}

/** Appends to the newest file of the log; begins another one each day (UTC) and at a size. */
export class LogFile {
  readonly #options: LogFileOptions;
  #file: OpenFile | undefined;
  #lastStart: number;

  /** @param last the newest file there is, to go on with, and its size */
  constructor(
    options: LogFileOptions,
    last: { readonly name: string; readonly start: number; readonly size: number } | undefined,
  ) {
    this.#options = options;
    this.#lastStart = last?.start ?? 0;
    if (last === undefined || last.size >= options.maxBytes || dayEnd(last.start) <= options.now()) return;
    const fd = options.disk.open(join(options.folder, last.name), 'a');
    this.#file = { name: last.name, fd, size: last.size, dayEnd: dayEnd(last.start) };
  }

  /** The name of the file that is written to. */
  get name(): string | undefined {
    return this.#file?.name;
  }

  /** Appends whole lines: all of them or none. @throws the system's error */
  append(bytes: Uint8Array): void {
    const file = this.#current();
    let written = 0;
    try {
      while (written < bytes.length) written += this.#options.disk.write(file.fd, bytes, written);
    } catch (error) {
      if (written > 0) this.#undo(file);
      throw error;
    }
    file.size += bytes.length;
  }

  /** Flushes to the disk, while others go on. */
  async syncLater(): Promise<void> {
    if (this.#file !== undefined) await this.#options.disk.syncLater(this.#file.fd);
  }

  sync(): void {
    if (this.#file !== undefined) this.#options.disk.sync(this.#file.fd);
  }

  close(): void {
    if (this.#file !== undefined) this.#options.disk.close(this.#file.fd);
    this.#file = undefined;
  }

  #current(): OpenFile {
    const { maxBytes, onRotated } = this.#options;
    const now = this.#options.now();
    const file = this.#file;
    if (file !== undefined && file.size < maxBytes && now < file.dayEnd) return file;
    // First the new one: when it can't be had, the old one stays, and is tried again.
    const next = this.#begin(now);
    this.#file = next;
    if (file !== undefined) {
      this.#options.disk.close(file.fd);
      onRotated(file.name);
    }
    return next;
  }

  #begin(now: number): OpenFile {
    const { folder, disk, flush } = this.#options;
    // Files follow each other by name, also when the clock has been set back.
    const start = Math.max(now, this.#lastStart + 1);
    const name = auditFileName(start);
    const fd = disk.open(join(folder, name), 'ax', 0o600);
    this.#lastStart = start;
    if (flush) disk.syncFolder(folder);
    return { name, fd, size: 0, dayEnd: dayEnd(start) };
  }

  /** Takes a part of a line off the file; where that fails too, the file is left to the next start's repair. */
  #undo(file: OpenFile): void {
    try {
      this.#options.disk.truncate(file.fd, file.size);
    } catch {
      this.close();
    }
  }
}

function dayEnd(time: number): number {
  return (Math.floor(time / DAY) + 1) * DAY;
}
