import { type ArchiveLine, compareLines } from './archive-line.ts';
import { BATCH, type LineBatches, LineCursor } from './line-cursor.ts';
import { hourOf } from './partition.ts';

/** Merges what is in order each, into one order; of the same event only the first. */
export async function* mergeLines(sources: readonly LineBatches[]): AsyncGenerator<readonly ArchiveLine[]> {
  const cursors = sources.map((source) => new LineCursor(source));
  try {
    await Promise.all(cursors.map((cursor) => cursor.fill()));
    let open = cursors.filter(({ current }) => current !== undefined);
    let last: ArchiveLine | undefined;
    let batch: ArchiveLine[] = [];
    for (let least = leastOf(open); least?.current !== undefined; least = leastOf(open)) {
      const line = least.current;
      if (last === undefined || compareLines(last, line) !== 0) batch.push(line);
      last = line;
      if (!least.next()) {
        await least.fill();
        if (least.current === undefined) open = open.filter((cursor) => cursor !== least);
      }
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

/** What is in `all` and not in `known`, both in order. */
export async function* missingLines(all: LineBatches, known: LineBatches): AsyncGenerator<readonly ArchiveLine[]> {
  const cursor = new LineCursor(known);
  try {
    await cursor.fill();
    for await (const batch of all) {
      const missing: ArchiveLine[] = [];
      for (const line of batch) {
        while (cursor.current !== undefined && compareLines(cursor.current, line) < 0) {
          if (!cursor.next()) await cursor.fill();
        }
        if (cursor.current === undefined || compareLines(cursor.current, line) !== 0) missing.push(line);
      }
      if (missing.length > 0) yield missing;
    }
  } finally {
    await cursor.close();
  }
}

/** An hour's lines. They are to be read to their end before the next hour is asked for. */
export interface HourOfLines {
  readonly hour: string;
  readonly lines: LineBatches;
}

/** Cuts lines in order into hours. */
export async function* byHour(lines: LineBatches): AsyncGenerator<HourOfLines> {
  const cursor = new LineCursor(lines);
  try {
    for (await cursor.fill(); cursor.current !== undefined; await cursor.fill()) {
      const hour = hourOf(cursor.current.time);
      yield { hour, lines: linesOf(hour, cursor) };
    }
  } finally {
    await cursor.close();
  }
}

async function* linesOf(hour: string, cursor: LineCursor): AsyncGenerator<readonly ArchiveLine[]> {
  let batch: ArchiveLine[] = [];
  for (let line = cursor.current; line !== undefined && hourOf(line.time) === hour; line = cursor.current) {
    batch.push(line);
    if (!cursor.next()) await cursor.fill();
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A few dozen at most: looking at each costs less than keeping them in order. */
function leastOf(cursors: readonly LineCursor[]): LineCursor | undefined {
  let least: LineCursor | undefined;
  for (const cursor of cursors) {
    if (least?.current === undefined || (cursor.current && compareLines(cursor.current, least.current) < 0))
      least = cursor;
  }
  return least;
}
