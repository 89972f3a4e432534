import { badRequest } from '../../fhir/operation-outcome.ts';
import type { WriteTarget } from '../write/write-target.ts';
import type { ResolvedEntry } from './resolve-entry.ts';

/**
 * A resource may be in a transaction once, however it is named (https://hl7.org/fhir/R4/http.html#trules): else the result would hang on
 * the order of the entries. Two creates may both find the same resource by `ifNoneExist`, as neither writes it; but two with the same
 * condition that find nothing would make two of what there must be one of.
 *
 * @throws FhirError 400 that names both entries.
 */
export function refuseOverlaps(resolved: readonly ResolvedEntry[]): void {
  const subjects = new Map<string, { readonly index: number; readonly found: boolean }>();
  const creating = new Map<string, number>();
  for (const { entry, targets } of resolved) {
    const { index } = entry;
    for (const target of targets) {
      const name = `${target.type}/${target.id}`;
      const other = subjects.get(name);
      const found = isFound(target);
      if (other !== undefined && !(found && other.found))
        throw overlap(index, other.index, 'is about the same resource');
      if (other === undefined) subjects.set(name, { index, found });
      if (target.effect !== 'create') continue;
      for (const { criteria } of target.guards) {
        const twin = creating.get(criteria);
        if (twin !== undefined) throw overlap(index, twin, 'has the same condition, which nothing matches');
        creating.set(criteria, index);
      }
    }
  }
}

/** A create that `ifNoneExist` kept from creating. */
function isFound({ method, effect }: WriteTarget): boolean {
  return method === 'POST' && effect === 'unchanged';
}

function overlap(a: number, b: number, what: string): Error {
  const [first, second] = a < b ? [a, b] : [b, a];
  const text = `Another entry of the transaction, entry[${first}], ${what}.`;
  return badRequest('duplicate', text, { expression: `Bundle.entry[${second}]` });
}
