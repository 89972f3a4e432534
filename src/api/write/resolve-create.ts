import { FhirError } from '../../fhir/operation-outcome.ts';
import type { ServerContext } from '../server-context.ts';
import { findMatches } from './find-matches.ts';
import type { WriteTarget } from './write-target.ts';

export interface CreateRequest {
  readonly type: string;
  /** `If-None-Exist` (https://hl7.org/fhir/R4/http.html#ccreate). */
  readonly ifNoneExist?: string | undefined;
}

/** What a create comes to: a new resource, or the one that `If-None-Exist` found. @throws FhirError 400, 412 */
export async function resolveCreate(context: ServerContext, request: CreateRequest): Promise<WriteTarget> {
  const { type, ifNoneExist } = request;
  if (ifNoneExist === undefined) {
    return { effect: 'create', method: 'POST', type, id: context.newId(), expected: 0, guards: [] };
  }
  const { matches, more, guard } = await findMatches(context, type, ifNoneExist, 1);
  if (more)
    throw new FhirError(412, 'multiple-matches', `Several resources match the condition "If-None-Exist" on ${type}.`);
  const [current] = matches;
  if (current === undefined) {
    return { effect: 'create', method: 'POST', type, id: context.newId(), expected: 0, guards: [guard] };
  }
  const { id, version } = current;
  return { effect: 'unchanged', method: 'POST', type, id, expected: version, guards: [guard], current };
}
