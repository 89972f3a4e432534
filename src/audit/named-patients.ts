import type { QueryPair } from '../fhir/search/search-context.ts';

const REFERENCE = /(?:^|[,/])Patient\/([A-Za-z0-9\-.]{1,64})(?=[,/|]|$)/g;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** Parameters whose plain ids are, or may be, those of Patients. */
const BY_ID = /^(patient|subject|[a-z-]+:Patient)$/;

/** Adds the ids of the Patients that a search names: `patient=1`, `subject=Patient/1`, `Patient?_id=1`. */
export function namedPatients(type: string | undefined, pairs: readonly QueryPair[], into: Set<string>): void {
  for (const [name, value] of pairs) {
    if (value.includes('Patient/')) {
      for (const [, id = ''] of value.matchAll(REFERENCE)) into.add(id);
    } else if (BY_ID.test(name) || (name === '_id' && type === 'Patient')) {
      for (const id of value.split(',')) if (ID.test(id)) into.add(id);
    }
  }
}
