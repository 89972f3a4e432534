import { FhirError } from '../../fhir/operation-outcome.ts';
import type { Change, Guard } from '../../storage/store.ts';
import { finishBinary } from '../binary/write-binary.ts';
import type { EntryRunner } from '../bundle-handler.ts';
import { subjectOf } from '../dispatch.ts';
import type { FhirResponse } from '../http.ts';
import { tellWritten } from '../interactions/tell-trail.ts';
import type { EntryPieces } from '../render/bundle-pieces.ts';
import { renderDeleted, renderWritten } from '../render/render-written.ts';
import type { ServerContext } from '../server-context.ts';
import { versionOf, type Written } from '../write/commit.ts';
import { prepareContent } from '../write/prepare-content.ts';
import { requireAllowed } from '../write/require-allowed.ts';
import type { WriteTarget } from '../write/write-target.ts';
import { resolveConditionalReferences } from './conditional-references.ts';
import { atEntry } from './entry-error.ts';
import { entryResponse } from './entry-response.ts';
import { locationsOf } from './locations.ts';
import { refuseOverlaps } from './overlaps.ts';
import type { Entry } from './parse-entries.ts';
import { inOrder, isWrite, type ResolvedEntry, resolveEntry } from './resolve-entry.ts';
import { Rewriter } from './rewriter.ts';
import { readEntry, requireReads } from './transaction-reads.ts';

/** By the index of an entry: what it may see. */
type Contexts = ReadonlyMap<number, ServerContext>;

/**
 * Carries out a transaction: all entries or none (https://hl7.org/fhir/R4/http.html#transaction). What is written is resolved for all
 * entries first (deletes, creates, updates), then references are rewritten, then everything is committed at once; reads see the result.
 *
 * @throws FhirError of the first entry at fault, whose expression leads to it; 409 when others kept coming between.
 */
export async function transaction(
  context: ServerContext,
  entries: readonly Entry[],
  runner: EntryRunner,
): Promise<readonly EntryPieces[]> {
  requireAllowed(context, 'transaction');
  const contexts = await authorized(entries, runner);
  const reads = entries.filter((entry) => !isWrite(entry));
  const answers = new Map<number, EntryPieces>(await write(context, entries, reads, contexts, runner));
  const nothingWritten = reads.length === entries.length;
  for (const entry of reads) answers.set(entry.index, await readEntry(context, entry, runner, nothingWritten));
  return entries.map(({ index }) => answers.get(index) ?? []);
}

/** Before anything is done, every entry must be allowed. */
async function authorized(entries: readonly Entry[], runner: EntryRunner): Promise<Contexts> {
  const contexts = new Map<number, ServerContext>();
  for (const { index, interaction } of entries) {
    try {
      const allowed = await runner.authorize(interaction);
      const { type } = subjectOf(interaction);
      if (type !== undefined) requireAllowed(allowed, 'transaction', type);
      contexts.set(index, allowed);
    } catch (error) {
      throw atEntry(error, index, 'request');
    }
  }
  return contexts;
}

async function write(
  context: ServerContext,
  entries: readonly Entry[],
  reads: readonly Entry[],
  contexts: Contexts,
  runner: EntryRunner,
): Promise<readonly (readonly [index: number, answer: EntryPieces])[]> {
  const writes = inOrder(entries);
  if (writes.length === 0) return [];
  for (let attempt = 1; attempt <= context.limits.commitAttempts; attempt++) {
    const resolved = await resolveAll(context, writes, contexts);
    refuseOverlaps(resolved);
    const targets = resolved.flatMap((each) => each.targets);
    await requireReads(reads, targets, runner);
    const { rewriter, referred } = await rewrite(context, entries, resolved, targets);
    const changes = changesOf(context, resolved);
    const guards = new Set<Guard>([...targets.flatMap((target) => target.guards), ...referred]);
    const nothing = changes.size === 0 && guards.size === 0;
    const conflict = nothing ? undefined : await context.store.commit([...changes.values()], [...guards]);
    if (conflict === undefined) return answersOf(context, resolved, changes, runner);
    rewriter.undo();
  }
  throw new FhirError(
    409,
    'conflict',
    'Others kept changing what the transaction is about. Nothing was written; try again.',
  );
}

async function resolveAll(
  context: ServerContext,
  writes: readonly Entry[],
  contexts: Contexts,
): Promise<readonly ResolvedEntry[]> {
  const resolved: ResolvedEntry[] = [];
  for (const entry of writes) {
    try {
      resolved.push(await resolveEntry(contexts.get(entry.index) ?? context, entry));
    } catch (error) {
      throw atEntry(error, entry.index);
    }
  }
  return resolved;
}

async function rewrite(
  context: ServerContext,
  entries: readonly Entry[],
  resolved: readonly ResolvedEntry[],
  targets: readonly WriteTarget[],
): Promise<{ readonly rewriter: Rewriter; readonly referred: readonly Guard[] }> {
  const firsts = new Map<number, WriteTarget>();
  for (const {
    entry,
    targets: [first],
  } of resolved)
    if (first !== undefined) firsts.set(entry.index, first);
  const rewriter = new Rewriter(context.definitions, locationsOf(entries, firsts));
  for (const { entry, targets, resource } of resolved) {
    // What `ifNoneExist` kept from being created is not written: it does not matter where its references lead.
    const isWritten = targets.some(({ effect }) => effect !== 'unchanged');
    if (isWritten && resource !== undefined) rewriter.rewrite(resource, entry.index, entry.fullUrl);
  }
  return { rewriter, referred: await resolveConditionalReferences(context, rewriter, targets) };
}

function changesOf(context: ServerContext, resolved: readonly ResolvedEntry[]): ReadonlyMap<WriteTarget, Change> {
  const changes = new Map<WriteTarget, Change>();
  const now = context.now();
  for (const { targets, resource } of resolved) {
    for (const target of targets) {
      if (target.effect === 'unchanged') continue;
      const { method, type, id, expected, current } = target;
      const lastUpdated = Math.max(now, current?.lastUpdated ?? 0);
      const content = resource === undefined ? undefined : prepareContent(resource, target, lastUpdated);
      changes.set(target, { method, type, id, expected, lastUpdated, content });
    }
  }
  return changes;
}

function answersOf(
  context: ServerContext,
  resolved: readonly ResolvedEntry[],
  changes: ReadonlyMap<WriteTarget, Change>,
  runner: EntryRunner,
): Promise<readonly (readonly [index: number, answer: EntryPieces])[]> {
  return Promise.all(
    resolved.map(async (each) => [each.entry.index, await answerOf(context, each, changes, runner)] as const),
  );
}

async function answerOf(
  context: ServerContext,
  { entry, targets, resource }: ResolvedEntry,
  changes: ReadonlyMap<WriteTarget, Change>,
  runner: EntryRunner,
): Promise<EntryPieces> {
  const written = targets.map((target) => {
    const change = changes.get(target);
    return { target, version: change === undefined ? target.current : versionOf(change) };
  });
  tellWritten(context, written);
  const [only, ...others] = written;
  const isDelete = resource === undefined || only === undefined;
  const response = isDelete
    ? renderDeleted(context, entry.call, written)
    : await finished(context, entry, only, renderWritten(context, entry.call, only), runner);
  // A deletion of several, or of nothing, has no time of its own.
  const tells = response.headers['last-modified'] !== undefined && others.length === 0;
  return entryResponse(entry, response, tells ? only?.version?.lastUpdated : undefined);
}

/** A Binary that was written gets the URL for its content. All is committed by then: where that fails, it is answered without. */
async function finished(
  context: ServerContext,
  { call }: Entry,
  written: Written,
  response: FhirResponse,
  { report }: EntryRunner,
): Promise<FhirResponse> {
  const { binary } = context;
  if (binary === undefined || written.target.type !== 'Binary') return response;
  try {
    return await finishBinary(context, binary, call, written, undefined, response);
  } catch (error) {
    report(error);
    return response;
  }
}
