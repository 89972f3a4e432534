import { FhirError } from '../../fhir/operation-outcome.ts';
import { requireMatch } from '../render/etags.ts';
import type { ServerContext } from '../server-context.ts';
import { findMatches } from './find-matches.ts';
import type { WriteTarget } from './write-target.ts';

export interface DeleteRequest {
  readonly type: string;
  readonly id: string;
  readonly ifMatch?: string | undefined;
}

export interface ConditionalDeleteRequest {
  readonly type: string;
  /** The URL's query. */
  readonly criteria: string;
  /** Each that is deleted must be of a version that this names. */
  readonly ifMatch?: string | undefined;
}

/** What a delete comes to: a deletion, or nothing where nothing is (https://hl7.org/fhir/R4/http.html#delete). @throws FhirError 400, 412 */
export async function resolveDelete(context: ServerContext, request: DeleteRequest): Promise<WriteTarget> {
  const { type, id, ifMatch } = request;
  const current = await context.store.read(type, id);
  requireMatch(ifMatch, current);
  const effect = current?.body === undefined ? 'unchanged' : 'delete';
  return { effect, method: 'DELETE', type, id, expected: current?.version ?? 0, guards: [], current };
}

/**
 * What a conditional delete comes to: a deletion for each match, together held to the condition (https://hl7.org/fhir/R4/http.html#3.1.0.7.1).
 *
 * @throws FhirError 400; 412 for more matches than one request may delete, and when `ifMatch` does not name the version of each, or there is none.
 */
export async function resolveConditionalDelete(
  context: ServerContext,
  request: ConditionalDeleteRequest,
): Promise<readonly WriteTarget[]> {
  const { type, criteria, ifMatch } = request;
  const limit = context.limits.conditionalDeletes;
  const { matches, more, guard } = await findMatches(context, type, criteria, limit);
  if (more) {
    const text = `More than ${limit} resources match the condition of the delete of ${type}; that is the most that one request may delete.`;
    throw new FhirError(412, 'multiple-matches', text);
  }
  for (const match of matches.length === 0 ? [undefined] : matches) requireMatch(ifMatch, match);
  return matches.map((current) => ({
    effect: 'delete',
    method: 'DELETE',
    type,
    id: current.id,
    expected: current.version,
    guards: [guard],
    current,
  }));
}
