import type { JsonValue } from '../../fhir/resource.ts';
import type { EntryRunner } from '../bundle-handler.ts';
import type { Preferences } from '../negotiation/preferences.ts';
import type { EntryPieces } from '../render/bundle-pieces.ts';
import type { ServerContext } from '../server-context.ts';
import { entryFailure, entryResponse } from './entry-response.ts';
import { type Entry, parseEntry } from './parse-entries.ts';
import { inTurns } from './turns.ts';

/**
 * Carries out a batch: each entry as a request of its own, with an outcome of its own (https://hl7.org/fhir/R4/http.html#batch), as if
 * one after the other in the order of the Bundle.
 */
export async function batch(
  context: ServerContext,
  entries: readonly JsonValue[],
  runner: EntryRunner,
  preferences: Preferences,
): Promise<readonly EntryPieces[]> {
  const answers = new Map<number, EntryPieces>();
  const parsed: Entry[] = [];
  for (const [index, json] of entries.entries()) {
    try {
      parsed.push(parseEntry(context, json, index, preferences));
    } catch (error) {
      answers.set(index, entryFailure(context, error, runner));
    }
  }
  for (const turn of inTurns(parsed)) {
    await Promise.all(
      turn.map(async (entry) => {
        answers.set(entry.index, await answer(context, entry, runner));
      }),
    );
  }
  return entries.map((_, index) => answers.get(index) ?? []);
}

async function answer(context: ServerContext, entry: Entry, runner: EntryRunner): Promise<EntryPieces> {
  try {
    return entryResponse(entry, await runner.run(entry.interaction, entry.call));
  } catch (error) {
    return entryFailure(context, error, runner);
  }
}
