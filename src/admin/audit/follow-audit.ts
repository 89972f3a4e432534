import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AuditFilter } from './audit-filter.ts';
import { type AuditNotes, type AuditRecord, lineReader, listAuditFiles } from './read-audit.ts';
import { openPlain } from './read-lines.ts';

const CHUNK = 65_536;
const NEWLINE = 0x0a;

export interface FollowOptions {
  readonly filter: AuditFilter;
  readonly notes: AuditNotes;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Called when all that is written from now on will be seen. */
  readonly onReady?: (() => void) | undefined;
  /** ms between looks at the files; default 200. */
  readonly every?: number | undefined;
}

/** A file that is read as it grows. */
interface Tail {
  readonly name: string;
  readonly handle: FileHandle;
  position: number;
  rest: Buffer;
}

/** Events as they are written, from now on, until the signal; from one file to the next. */
export async function* followEvents(folder: string, options: FollowOptions): AsyncGenerator<AuditRecord> {
  const { filter, notes, signal, onReady, every = 200 } = options;
  const read = lineReader(filter, notes);
  const newest = (await listAuditFiles(folder)).at(-1)?.name ?? '';
  let tail = await tailOf(folder, newest, 'end');
  try {
    onReady?.();
    while (!signal.aborted) {
      // Looked for before the rest is read: what comes after that is in the newer file.
      const next = await nextTail(folder, tail?.name ?? newest);
      for await (const line of tail === undefined ? [] : newLines(tail)) {
        const found = read(line);
        if (found !== undefined) yield found;
      }
      if (next === undefined) await pause(every, signal);
      else {
        await tail?.handle.close();
        tail = next;
      }
    }
  } finally {
    await tail?.handle.close();
  }
}

/** A file from its beginning or, as it is written to, from its end; undefined when it is not there, or packed. */
async function tailOf(folder: string, name: string, from: 'start' | 'end'): Promise<Tail | undefined> {
  const handle = name === '' ? undefined : await openPlain(join(folder, name));
  if (handle === undefined) return undefined;
  const position = from === 'start' ? 0 : (await handle.stat()).size;
  return { name, handle, position, rest: Buffer.alloc(0) };
}

/** The next file after the one named. One that is packed already is passed over. */
async function nextTail(folder: string, name: string): Promise<Tail | undefined> {
  for (const file of await listAuditFiles(folder)) {
    if (file.packed || file.name <= name) continue;
    const tail = await tailOf(folder, file.name, 'start');
    if (tail !== undefined) return tail;
  }
  return undefined;
}

/** What has been added since the last look: whole lines. */
async function* newLines(tail: Tail): AsyncGenerator<string> {
  const { size } = await tail.handle.stat();
  if (size < tail.position) {
    // A part of a line has been taken back, as the disk was full.
    tail.position = size;
    tail.rest = Buffer.alloc(0);
  }
  const chunk = Buffer.alloc(CHUNK);
  for (;;) {
    const { bytesRead } = await tail.handle.read(chunk, 0, CHUNK, tail.position);
    if (bytesRead === 0) return;
    tail.position += bytesRead;
    const bytes = Buffer.concat([tail.rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield bytes.toString('utf8', start, end);
      start = end + 1;
    }
    tail.rest = bytes.subarray(start);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The signal ends it early.
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
