import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';
import type { Guard, StoredVersion } from '../../storage/store.ts';
import { requireMatch, requireNoMatch } from '../render/etags.ts';
import type { ServerContext } from '../server-context.ts';
import { findMatches } from './find-matches.ts';
import { requireAllowed } from './require-allowed.ts';
import type { WriteTarget } from './write-target.ts';

export interface UpdateRequest {
  readonly type: string;
  readonly id: string;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export interface ConditionalUpdateRequest {
  readonly type: string;
  /** The URL's query. */
  readonly criteria: string;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** The id in the body, if there is one. */
  readonly bodyId?: string | undefined;
}

/** What an update comes to: a next version, or a new resource under that id (https://hl7.org/fhir/R4/http.html#upsert). @throws FhirError 400, 412 */
export async function resolveUpdate(context: ServerContext, request: UpdateRequest): Promise<WriteTarget> {
  const { type, id, ifMatch, ifNoneMatch } = request;
  const current = await context.store.read(type, id);
  requireMatch(ifMatch, current);
  requireNoMatch(ifNoneMatch, current);
  return putTarget(context, type, id, current, []);
}

/** What a conditional update comes to (https://hl7.org/fhir/R4/http.html#cond-update). @throws FhirError 400, 409, 412 */
export async function resolveConditionalUpdate(
  context: ServerContext,
  request: ConditionalUpdateRequest,
): Promise<WriteTarget> {
  const { type, criteria, ifMatch, ifNoneMatch, bodyId } = request;
  const { matches, more, guard } = await findMatches(context, type, criteria, 1);
  if (more)
    throw new FhirError(412, 'multiple-matches', `Several resources match the condition of the update of ${type}.`);
  const [match] = matches;
  if (match !== undefined && bodyId !== undefined && bodyId !== match.id) {
    throw badRequest('value', 'The id in the body is not that of the resource that matches the condition.', {
      expression: `${type}.id`,
    });
  }
  requireMatch(ifMatch, match);
  requireNoMatch(ifNoneMatch, match);
  if (match !== undefined) return putTarget(context, type, match.id, match, [guard]);
  if (bodyId === undefined) return putTarget(context, type, context.newId(), undefined, [guard]);
  const current = await context.store.read(type, bodyId);
  if (current?.body !== undefined) {
    throw new FhirError(
      409,
      'conflict',
      'Nothing matches the condition, but the id in the body belongs to a resource that exists.',
      {
        expression: `${type}.id`,
      },
    );
  }
  return putTarget(context, type, bodyId, current, [guard]);
}

/** @throws FhirError 403 when it would be a create, which the caller may not do */
function putTarget(
  context: ServerContext,
  type: string,
  id: string,
  current: StoredVersion | undefined,
  guards: readonly Guard[],
): WriteTarget {
  const effect = current?.body === undefined ? 'create' : 'update';
  if (effect === 'create') requireAllowed(context, 'create', type);
  return { effect, method: 'PUT', type, id, expected: current?.version ?? 0, guards, current };
}
