import { FhirError } from '../../fhir/operation-outcome.ts';
import type { ServerContext } from '../server-context.ts';
import { findMatches } from '../write/find-matches.ts';
import type { WriteTarget } from '../write/write-target.ts';
import { atEntry } from './entry-error.ts';
import type { Rewriter } from './locations.ts';

/**
 * Replaces references by condition with references to the one resource that matches (https://hl7.org/fhir/R4/http.html#trules), or to the
 * one that an entry with the same `ifNoneExist` creates. A condition is searched for once, however often it occurs.
 *
 * @throws FhirError 412 for none or several matches, 400 for a condition that can't be understood.
 */
export async function resolveConditionalReferences(
  context: ServerContext,
  rewriter: Rewriter,
  targets: Iterable<WriteTarget>,
): Promise<void> {
  const { conditional } = rewriter;
  if (conditional.length === 0) return;
  const created = new Map<string, string>();
  for (const { type, id, guards } of targets) for (const { criteria } of guards) created.set(criteria, `${type}/${id}`);
  const found = new Map<string, string>();
  for (const { holder, criteria, index } of conditional) {
    try {
      const reference = found.get(criteria) ?? (await resolve(context, criteria, created));
      found.set(criteria, reference);
      rewriter.set(holder, 'reference', reference);
    } catch (error) {
      throw atEntry(error, index, 'resource');
    }
  }
}

async function resolve(
  context: ServerContext,
  criteria: string,
  created: ReadonlyMap<string, string>,
): Promise<string> {
  const type = criteria.slice(0, criteria.indexOf('?'));
  if (!context.definitions.isResourceType(type)) {
    throw new FhirError(400, 'invalid', 'A reference by condition names a type that there is not.');
  }
  const { matches, more, guard } = await findMatches(context, type, criteria, 1);
  if (more)
    throw new FhirError(412, 'multiple-matches', `A reference by condition on ${type} matches several resources.`);
  const [match] = matches;
  const reference = match === undefined ? created.get(guard.criteria) : `${type}/${match.id}`;
  if (reference !== undefined) return reference;
  throw new FhirError(412, 'not-found', `A reference by condition on ${type} matches nothing.`);
}
