import { FhirError } from '../fhir/operation-outcome.ts';
import type { Store } from '../storage/store.ts';

/**
 * A store that answers 507 (RFC 4918, section 11.5) when its disk is full, instead of a fault: clients can tell it from their own
 * mistakes, and an import ends instead of having all that follows refused.
 */
export function tellingFullDisk(store: Store): Store {
  return {
    ...store,
    async commit(changes, guards) {
      try {
        return await store.commit(changes, guards);
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        throw new FhirError(507, 'exception', "The server's disk is full; nothing of this was stored.", {
          cause: error,
        });
      }
    },
  };
}

/** SQLite's result code SQLITE_FULL (https://sqlite.org/rescode.html#full), as the driver words it. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && /database or disk is full/.test(error.message);
}
