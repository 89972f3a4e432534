import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ArchiveLine, compareLines, readArchiveLine } from '../../audit/archive/archive-line.ts';
import { BATCH, type LineBatches } from '../../audit/archive/line-cursor.ts';
import { mergeLines } from '../../audit/archive/merge-lines.ts';
import { lineBatches } from './line-batches.ts';

const CIPHER = 'aes-256-ctr';
/** Runs that are merged at once. */
const FAN_IN = 32;

export interface SortOptions {
  /** For what does not fit into memory. */
  readonly folder: string;
  /** Characters of lines that are sorted in memory; default 16 Mi. */
  readonly most?: number | undefined;
}

interface Run {
  readonly file: string;
  readonly iv: Buffer;
}

/**
 * Brings lines into their order, each event once, in constant memory: what does not fit is sorted part by part into files, encrypted with a key that only
 * this process has, as the place of the archive may be the only one where the log may stand in the clear.
 */
export async function* sortLines(lines: LineBatches, options: SortOptions): AsyncGenerator<readonly ArchiveLine[]> {
  const { folder, most = 2 ** 24 } = options;
  const key = randomBytes(32);
  let count = 0;
  let runs: Run[] = [];
  let kept: ArchiveLine[] = [];
  let size = 0;
  const spill = async (sorted: LineBatches) => {
    const run = { file: join(folder, `run-${count++}`), iv: randomBytes(16) };
    await writeRun(run, key, sorted);
    return run;
  };
  for await (const batch of lines) {
    for (const line of batch) size += line.line.length;
    kept = kept.length === 0 ? [...batch] : append(kept, batch);
    if (size < most) continue;
    runs.push(await spill(inMemory(kept)));
    [kept, size] = [[], 0];
    if (runs.length < FAN_IN) continue;
    const merged = await spill(mergeLines(runs.map((run) => readRun(run, key))));
    for (const { file } of runs) await rm(file);
    runs = [merged];
  }
  yield* mergeLines([...runs.map((run) => readRun(run, key)), inMemory(kept)]);
}

function append(all: ArchiveLine[], more: readonly ArchiveLine[]): ArchiveLine[] {
  for (const line of more) all.push(line);
  return all;
}

async function* inMemory(lines: ArchiveLine[]): AsyncGenerator<readonly ArchiveLine[]> {
  lines.sort(compareLines);
  for (let at = 0; at < lines.length; at += BATCH) yield lines.slice(at, at + BATCH);
}

async function writeRun({ file, iv }: Run, key: Buffer, lines: LineBatches): Promise<void> {
  async function* text() {
    for await (const batch of lines) yield Buffer.from(batch.map(({ line }) => `${line}\n`).join(''));
  }
  await pipeline(Readable.from(text()), createCipheriv(CIPHER, key, iv), createWriteStream(file, { mode: 0o600 }));
}

function readRun({ file, iv }: Run, key: Buffer): LineBatches {
  const plain = createReadStream(file).pipe(createDecipheriv(CIPHER, key, iv));
  return lineBatches(plain, { parse: readArchiveLine, broken: () => undefined });
}
