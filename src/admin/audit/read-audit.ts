import { readdir } from 'node:fs/promises';
import type { AuditEvent } from '../../audit/audit-event.ts';
import { systemCode } from '../../config/problem.ts';
import { type AuditFile, auditFiles } from '../../local/audit-log/file-names.ts';
import { type AuditFilter, lineTest, matcher } from './audit-filter.ts';
import { linesBackward, linesForward } from './read-lines.ts';

/** An event, and the line that it is on. */
export interface AuditRecord {
  readonly line: string;
  readonly event: AuditEvent;
}

/** Is told what is in the log beside events. */
export interface AuditNotes {
  /** A line that is no event. */
  readonly broken: () => void;
  /** Events that could not be written, by their number. */
  readonly lost: (events: number) => void;
}

/** Reads a line; undefined when it is not looked for. */
export type LineReader = (line: string) => AuditRecord | undefined;

/** ms: how far the order of lines may be from that of the times at which requests ended. */
const DISORDER = 60_000;

/** The log's files, oldest first; none when there is no log. */
export async function listAuditFiles(folder: string): Promise<readonly AuditFile[]> {
  try {
    return auditFiles(await readdir(folder));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Makes the function that tells which lines are looked for. */
export function lineReader(filter: AuditFilter, notes: AuditNotes): LineReader {
  const mayMatch = lineTest(filter);
  const matches = matcher(filter);
  return (line) => {
    const isGap = line.includes('"lost":');
    if (!isGap && !mayMatch(line)) return undefined;
    const event = parse(line);
    if (event === undefined) notes.broken();
    else if (isGap && typeof event.lost === 'number') notes.lost(event.lost);
    else if (matches(event)) return { line, event };
    return undefined;
  };
}

/** All that match, oldest first, in constant memory. */
export async function* allEvents(folder: string, filter: AuditFilter, notes: AuditNotes): AsyncGenerator<AuditRecord> {
  const read = lineReader(filter, notes);
  for (const file of worthReading(await listAuditFiles(folder), filter)) {
    for await (const line of linesForward(folder, file)) {
      const found = read(line);
      if (found !== undefined) yield found;
    }
  }
}

/**
 * The newest that match, oldest first: read from the end, as far as is needed.
 *
 * @returns `more`: there are older ones that match
 */
export async function newestEvents(
  folder: string,
  filter: AuditFilter,
  limit: number,
  notes: AuditNotes,
): Promise<{ readonly records: readonly AuditRecord[]; readonly more: boolean }> {
  const read = lineReader(filter, notes);
  const found: AuditRecord[] = [];
  for (const file of [...worthReading(await listAuditFiles(folder), filter)].reverse()) {
    for await (const record of newestFirst(folder, file, read, filter.since, limit + 1 - found.length)) {
      found.push(record);
      if (found.length > limit) return { records: found.slice(0, limit).reverse(), more: true };
    }
  }
  return { records: found.reverse(), more: false };
}

/** Those files that can hold an event since `filter.since`: what a file holds was written before the next was begun. */
function worthReading(files: readonly AuditFile[], { since = 0 }: AuditFilter): readonly AuditFile[] {
  return files.filter((_, i) => (files[i + 1]?.start ?? Number.POSITIVE_INFINITY) + DISORDER >= since);
}

async function* newestFirst(
  folder: string,
  file: AuditFile,
  read: LineReader,
  since: number | undefined,
  most: number,
): AsyncGenerator<AuditRecord> {
  const lines = file.packed ? undefined : await linesBackward(folder, file.name);
  if (lines === undefined) {
    yield* (await lastOf(linesForward(folder, { ...file, packed: true }), read, most)).reverse();
    return;
  }
  for await (const line of lines) {
    const found = read(line);
    if (found !== undefined) yield found;
    else if (since !== undefined && endedBefore(line, since - DISORDER)) return;
  }
}

/** The last records of lines that can only be read forwards. */
async function lastOf(lines: AsyncIterable<string>, read: LineReader, most: number): Promise<AuditRecord[]> {
  let last: AuditRecord[] = [];
  for await (const line of lines) {
    const found = read(line);
    if (found === undefined) continue;
    last.push(found);
    if (last.length >= 2 * most) last = last.slice(-most);
  }
  return last.slice(-most);
}

/** Lines stand in the order in which requests ended, but for those that were written late. */
function endedBefore(line: string, time: number): boolean {
  const head = /^\{"v":1,"time":"([^"]{24})","ms":([\d.]+),/.exec(line);
  if (head === null || line.endsWith('"late":true}')) return false;
  return Date.parse(head[1] ?? '') + Number(head[2]) < time;
}

function parse(line: string): (AuditEvent & { readonly lost?: unknown }) | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent = typeof value === 'object' && value !== null && 'v' in value && 'time' in value;
    return isEvent ? (value as AuditEvent) : undefined;
  } catch {
    // The part of a line that a full disk or a killed process left.
    return undefined;
  }
}
