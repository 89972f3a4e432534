import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';
import type { Change, Guard } from '../../storage/store.ts';
import type { EntryRunner } from '../bundle-handler.ts';
import type { FhirResponse } from '../http.ts';
import type { EntryPieces } from '../render/bundle-pieces.ts';
import { renderDeleted, renderWritten } from '../render/render-written.ts';
import type { ServerContext } from '../server-context.ts';
import { versionOf } from '../write/commit.ts';
import { prepareContent } from '../write/prepare-content.ts';
import type { WriteTarget } from '../write/write-target.ts';
import { resolveConditionalReferences } from './conditional-references.ts';
import { atEntry } from './entry-error.ts';
import { entryFailure, entryResponse } from './entry-response.ts';
import { locationsOf, Rewriter } from './locations.ts';
import type { Entry } from './parse-entries.ts';
import { inOrder, isWrite, type ResolvedEntry, resolveEntry } from './resolve-entry.ts';

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
  const contexts = await authorized(entries, runner);
  await refuseBrokenReads(entries, runner);
  const answers = new Map<number, EntryPieces>();
  for (const [entry, response] of await write(context, entries, contexts)) {
    answers.set(entry.index, entryResponse(response));
  }
  for (const entry of entries) if (!isWrite(entry)) answers.set(entry.index, await readEntry(context, entry, runner));
  return entries.map(({ index }) => answers.get(index) ?? []);
}

/** Before anything is done, every entry must be allowed. */
async function authorized(entries: readonly Entry[], runner: EntryRunner): Promise<ReadonlyMap<number, ServerContext>> {
  const contexts = new Map<number, ServerContext>();
  for (const { index, interaction } of entries) {
    try {
      contexts.set(index, await runner.authorize(interaction));
    } catch (error) {
      throw atEntry(error, index, 'request');
    }
  }
  return contexts;
}

/** A read that can't be understood fails the transaction before it is written; what is not there may come by it. */
async function refuseBrokenReads(entries: readonly Entry[], runner: EntryRunner): Promise<void> {
  if (!entries.some(isWrite)) return;
  for (const entry of entries) {
    if (isWrite(entry)) continue;
    try {
      await runner.run(entry.interaction, entry.call);
    } catch (error) {
      const known = atEntry(error, entry.index, 'request');
      if (!(known instanceof FhirError) || (known.status !== 404 && known.status !== 410)) throw known;
    }
  }
}

async function readEntry(context: ServerContext, entry: Entry, runner: EntryRunner): Promise<EntryPieces> {
  try {
    return entryResponse(await runner.run(entry.interaction, entry.call));
  } catch (error) {
    return entryFailure(context, error);
  }
}

async function write(
  context: ServerContext,
  entries: readonly Entry[],
  contexts: ReadonlyMap<number, ServerContext>,
): Promise<readonly (readonly [Entry, FhirResponse])[]> {
  const writes = inOrder(entries);
  if (writes.length === 0) return [];
  for (let attempt = 1; attempt <= context.limits.commitAttempts; attempt++) {
    const resolved = await resolveAll(context, writes, contexts);
    const targets = resolved.flatMap((each) => each.targets);
    refuseOverlaps(resolved);
    const first = new Map(
      resolved.flatMap(({ entry, targets: [target] }) => (target ? [[entry.index, target] as const] : [])),
    );
    const rewriter = new Rewriter(locationsOf(entries, first));
    for (const { entry, resource } of resolved) if (resource !== undefined) rewriter.rewrite(resource, entry.index);
    await resolveConditionalReferences(context, rewriter, targets);
    const changes = changesOf(context, resolved);
    const guards = new Set<Guard>(targets.flatMap((target) => target.guards));
    const conflict =
      changes.size === 0 && guards.size === 0
        ? undefined
        : await context.store.commit([...changes.values()], [...guards]);
    if (conflict === undefined) return resolved.map((each) => [each.entry, responseOf(context, each, changes)]);
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
  contexts: ReadonlyMap<number, ServerContext>,
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

/** No resource may be written twice: the result would hang on an order that the specification leaves open. */
function refuseOverlaps(resolved: readonly ResolvedEntry[]): void {
  const seen = new Set<string>();
  for (const { entry, targets } of resolved) {
    for (const { type, id, effect } of targets) {
      if (effect === 'unchanged') continue;
      const name = `${type}/${id}`;
      if (seen.has(name)) {
        const text = 'Another entry of the transaction writes the same resource.';
        throw badRequest('duplicate', text, { expression: `Bundle.entry[${entry.index}]` });
      }
      seen.add(name);
    }
  }
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

function responseOf(
  context: ServerContext,
  { entry, targets, resource }: ResolvedEntry,
  changes: ReadonlyMap<WriteTarget, Change>,
): FhirResponse {
  const written = targets.map((target) => {
    const change = changes.get(target);
    return { target, version: change === undefined ? target.current : versionOf(change) };
  });
  const [only] = written;
  if (resource === undefined || only === undefined) return renderDeleted(context, entry.call, written);
  return renderWritten(context, entry.call, only);
}
