import { appendFileSync, closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const CHUNK = 65_536;
const NEWLINE = 0x0a;

/**
 * Cuts a file to whole lines, and keeps what comes after the last one in `NAME.torn`: the part of a line that a killed process or a full
 * disk left. Its request was not answered.
 *
 * @returns the bytes that were cut off
 */
export function repairFile(folder: string, name: string): number {
  const path = join(folder, name);
  const fd = openSync(path, 'r+');
  try {
    const { size } = fstatSync(fd);
    const whole = endOfLastLine(fd, size);
    if (whole === size) return 0;
    const torn = Buffer.alloc(Math.min(size - whole, CHUNK));
    readSync(fd, torn, 0, torn.length, whole);
    appendFileSync(`${path}.torn`, Buffer.concat([torn, Buffer.from('\n')]), { mode: 0o600 });
    ftruncateSync(fd, whole);
    return size - whole;
  } finally {
    closeSync(fd);
  }
}

/** The position after the last line break. */
function endOfLastLine(fd: number, size: number): number {
  const chunk = Buffer.alloc(CHUNK);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK);
    const length = readSync(fd, chunk, 0, end - start, start);
    const at = chunk.subarray(0, length).lastIndexOf(NEWLINE);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
