import type { JsonValue } from '../../fhir/resource.ts';
import type { EntryRunner } from '../bundle-handler.ts';
import { asFhirError } from '../errors.ts';
import type { Preferences } from '../negotiation/preferences.ts';
import type { EntryPieces } from '../render/bundle-pieces.ts';
import type { ServerContext } from '../server-context.ts';
import { entryFailure, entryResponse } from './entry-response.ts';
import { parseEntry } from './parse-entries.ts';

/** Entries under way at once: their writes share commits. */
const AT_ONCE = 64;

/**
 * Carries out a batch: each entry as a request of its own, with an outcome of its own (https://hl7.org/fhir/R4/http.html#batch). They start in
 * the order of the Bundle.
 */
export async function batch(
  context: ServerContext,
  entries: readonly JsonValue[],
  runner: EntryRunner,
  preferences: Preferences,
): Promise<readonly EntryPieces[]> {
  const answers: EntryPieces[] = [];
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const group = entries.slice(start, start + AT_ONCE);
    answers.push(...(await Promise.all(group.map((json, i) => answer(context, json, start + i, runner, preferences)))));
  }
  return answers;
}

async function answer(
  context: ServerContext,
  json: JsonValue,
  index: number,
  runner: EntryRunner,
  preferences: Preferences,
): Promise<EntryPieces> {
  try {
    const { interaction, call } = parseEntry(context, json, index, preferences);
    return entryResponse(await runner.run(interaction, call));
  } catch (error) {
    // The server's own failures go up: the whole batch is a 500, and is reported.
    if (asFhirError(error) === undefined) throw error;
    return entryFailure(context, error);
  }
}
