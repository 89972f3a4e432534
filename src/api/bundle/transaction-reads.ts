import { FhirError } from '../../fhir/operation-outcome.ts';
import type { EntryRunner } from '../bundle-handler.ts';
import { subjectOf } from '../dispatch.ts';
import type { EntryPieces } from '../render/bundle-pieces.ts';
import type { ServerContext } from '../server-context.ts';
import type { WriteTarget } from '../write/write-target.ts';
import { atEntry } from './entry-error.ts';
import { entryFailure, entryResponse } from './entry-response.ts';
import type { Entry } from './parse-entries.ts';

/**
 * Reads fail a transaction as other entries do, and must do so before anything is written, though they see what it writes: each is tried
 * on what is there now, and what the transaction is going to bring or take is reckoned with.
 *
 * @throws FhirError of the first that would fail.
 */
export async function requireReads(
  reads: readonly Entry[],
  targets: readonly WriteTarget[],
  runner: EntryRunner,
): Promise<void> {
  if (reads.length === 0) return;
  const written = new Map(targets.map((target) => [`${target.type}/${target.id}`, target]));
  for (const entry of reads) {
    const { type, id } = subjectOf(entry.interaction);
    const target = id === undefined ? undefined : written.get(`${type}/${id}`);
    try {
      await runner.run(entry.interaction, entry.call);
    } catch (error) {
      if (target === undefined || !comes(error, entry, target)) throw atEntry(error, entry.index, 'request');
    }
    if (entry.interaction.name === 'read' && target?.effect === 'delete') {
      const gone = new FhirError(410, 'deleted', 'The transaction deletes what this entry reads.');
      throw atEntry(gone, entry.index, 'request');
    }
  }
}

/** Whether what is not there will be. */
function comes(error: unknown, { interaction }: Entry, { effect, expected }: WriteTarget): boolean {
  if (!(error instanceof FhirError) || (error.status !== 404 && error.status !== 410)) return false;
  if (effect !== 'create' && effect !== 'update') return false;
  if (interaction.name === 'vread') return interaction.version === String(expected + 1);
  return interaction.name === 'read' || interaction.name === 'history-instance';
}

/**
 * Carries out a read after the writes. These can't be taken back any more: what fails now, by another's doing, fails by itself.
 *
 * @param nothingWritten there were no writes: it fails the transaction.
 */
export async function readEntry(
  context: ServerContext,
  entry: Entry,
  runner: EntryRunner,
  nothingWritten: boolean,
): Promise<EntryPieces> {
  try {
    return entryResponse(entry, await runner.run(entry.interaction, entry.call));
  } catch (error) {
    if (nothingWritten) throw atEntry(error, entry.index, 'request');
    return entryFailure(context, error, runner);
  }
}
