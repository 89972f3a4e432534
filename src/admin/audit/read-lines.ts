import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { systemCode } from '../../config/problem.ts';
import type { AuditFile } from '../../local/audit-log/file-names.ts';

const CHUNK = 65_536;
const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** The lines of a file, first to last, without its last one if that is not whole yet. One that has been packed meanwhile is read all the same. */
export async function* linesForward(folder: string, { name, packed }: AuditFile): AsyncGenerator<string> {
  let rest: Buffer = NOTHING;
  for await (const chunk of chunksOf(join(folder, name), packed)) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield bytes.toString('utf8', start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
}

async function* chunksOf(path: string, packed: boolean): AsyncGenerator<Buffer> {
  const handle = packed ? undefined : await openPlain(path);
  if (handle !== undefined) yield* handle.createReadStream();
  else yield* createReadStream(`${path}.gz`).pipe(createGunzip());
}

/** The lines of a file that is not packed, last to first; undefined when there is none of that name. */
export async function linesBackward(folder: string, name: string): Promise<AsyncGenerator<string> | undefined> {
  const handle = await openPlain(join(folder, name));
  return handle === undefined ? undefined : backward(handle);
}

async function* backward(handle: FileHandle): AsyncGenerator<string> {
  try {
    const { size } = await handle.stat();
    // What begins a line whose start is not read yet; after the last line break, a line that is not whole.
    let head: Buffer[] | undefined;
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - CHUNK);
      const chunk = await readFully(handle, start, end - start);
      let stop = chunk.length;
      for (let at = lastNewline(chunk, stop); at >= 0; at = lastNewline(chunk, stop)) {
        if (head !== undefined) yield Buffer.concat([chunk.subarray(at + 1, stop), ...head]).toString();
        head = [];
        stop = at;
      }
      head?.unshift(chunk.subarray(0, stop));
      end = start;
    }
    if (head !== undefined && size > 0) yield Buffer.concat(head).toString();
  } finally {
    await handle.close();
  }
}

function lastNewline(chunk: Buffer, before: number): number {
  return before === 0 ? -1 : chunk.lastIndexOf(NEWLINE, before - 1);
}

async function readFully(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Undefined when there is no such file. */
export async function openPlain(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
