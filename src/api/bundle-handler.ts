import type { Call } from './call.ts';
import type { FhirResponse } from './http.ts';
import type { Interaction } from './interactions/interaction.ts';
import type { ServerContext } from './server-context.ts';

/** What carries out the entries of a Bundle for one caller. */
export interface EntryRunner {
  /** What the entry may see; it is to be called before anything is done for one. @throws FhirError 403 */
  authorize(interaction: Interaction): Promise<ServerContext>;
  /** Authorizes an entry and carries it out by itself, as a request of its own. @throws FhirError, and what else an interaction throws */
  run(interaction: Interaction, call: Call): Promise<FhirResponse>;
  /** Gets the server's own errors that are the outcome of an entry, and not of the whole. */
  report(error: unknown): void;
}

/** Carries out a batch or transaction (https://hl7.org/fhir/R4/http.html#transaction). */
export type BundleHandler = (context: ServerContext, call: Call, entries: EntryRunner) => Promise<FhirResponse>;
