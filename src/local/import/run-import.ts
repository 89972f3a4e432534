import type { Refusal } from './answer.ts';
import { FILE_RANKS, fileRank } from './file-rank.ts';
import type { ImportContext } from './import-context.ts';
import type { ImportFile } from './import-file.ts';
import type { Journal } from './journal.ts';
import { NdjsonImport } from './ndjson-file.ts';
import { fileDigest, readHead } from './read-file.ts';
import { Slots } from './slots.ts';
import { Tally, type TypeCount } from './tally.ts';
import type { ImportTarget } from './target.ts';
import { importWholeFile, type WholeFileResult } from './whole-file.ts';

export interface ImportOptions {
  readonly files: readonly ImportFile[];
  readonly target: ImportTarget;
  readonly journal: Journal;
  /** Requests at once. */
  readonly parallel: number;
  /** Import also what was imported before. */
  readonly again: boolean;
  /** False: the first refusal ends it. */
  readonly continueOnError: boolean;
  /** Aborted: what has begun is finished, nothing more begins. */
  readonly signal: AbortSignal;
  readonly onProgress: (state: { readonly done: number; readonly total: number; readonly items: number }) => void;
  readonly onNote: (text: string) => void;
}

export interface ImportReport {
  readonly files: { readonly total: number; readonly skipped: number; readonly left: number };
  readonly stored: number;
  readonly refused: number;
  readonly types: readonly TypeCount[];
  /** The first 10,000. */
  readonly refusals: readonly Refusal[];
  /** Files that were imported before. */
  readonly skipped: readonly { readonly file: string; readonly at: string }[];
  readonly interrupted: boolean;
}

/** A transaction that was refused whole, and may go in once more is there. */
interface Refused {
  readonly file: ImportFile;
  readonly sha256: string;
  readonly result: WholeFileResult & { readonly state: 'refused' };
}

/**
 * Imports files: those first that others refer to, within a rank several at once; at the end those again that were refused, as long as
 * that gets any of them in.
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const { files, journal, parallel, signal, onProgress, onNote } = options;
  const tally = new Tally();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const skipped: { file: string; at: string }[] = [];
  let done = 0;
  let left = files.length;
  let failed = false;
  const onBytes = (count: number): void => {
    done += count;
    onProgress({ done, total, items: tally.answered });
  };
  const context: ImportContext = {
    target: options.target,
    journal,
    tally,
    slots: new Slots(parallel),
    resume: !options.again,
    stopped: () => failed || signal.aborted,
    onRefused: () => {
      failed ||= !options.continueOnError;
    },
    onBytes,
    onNote,
  };

  let refused: Refused[] = [];
  const importOne = async (file: ImportFile): Promise<void> => {
    const sha256 = await fileDigest(file);
    const before = journal.find(sha256);
    if (context.resume && before?.state === 'done') {
      skipped.push({ file: file.name, at: before.at });
      onBytes(file.size);
    } else if (file.format === 'ndjson') {
      if (!(await new NdjsonImport(file, sha256, context).run())) return;
    } else {
      const result = await context.slots.run(() => importWholeFile(file, sha256, context));
      if (result.state === 'stopped') return;
      if (result.state === 'refused') refused.push({ file, sha256, result });
      if (result.state === 'refused') failed ||= !options.continueOnError;
      onBytes(file.size);
    }
    left -= 1;
  };

  for (const group of await ranked(files)) await each(group, parallel, context, importOne);
  while (refused.length > 0) {
    const before = tally.stored;
    const again = refused;
    refused = [];
    if (before === 0 || context.stopped()) refused = again;
    else {
      await each(again, parallel, context, async ({ file, sha256 }) => {
        const result = await context.slots.run(() => importWholeFile(file, sha256, context));
        if (result.state === 'refused') refused.push({ file, sha256, result });
      });
    }
    if (tally.stored > before && !context.stopped()) continue;
    for (const { file, result } of refused) tally.add(file.name, result.answer);
    break;
  }
  const { stored, refused: count, refusals } = tally;
  return {
    files: { total: files.length, skipped: skipped.length, left },
    stored,
    refused: count,
    types: tally.types(),
    refusals,
    skipped,
    interrupted: signal.aborted && left > 0,
  };
}

/** The files by rank. */
async function ranked(files: readonly ImportFile[]): Promise<readonly (readonly ImportFile[])[]> {
  const groups = FILE_RANKS.map((): ImportFile[] => []);
  for (const file of files) groups[fileRank(await readHead(file))]?.push(file);
  return groups;
}

/** Works through items, some at once. The first error stops what has not begun, and is thrown when all that has begun is over. */
async function each<T>(
  items: readonly T[],
  parallel: number,
  context: ImportContext,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failure !== undefined || context.stopped()) return;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
}
