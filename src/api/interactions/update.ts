import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import type { ServerContext } from '../server-context.ts';
import { commitWrite } from '../write/commit.ts';
import { resolveConditionalUpdate, resolveUpdate } from '../write/resolve-update.ts';
import type { InteractionOf } from './interaction.ts';
import { writeReceived } from './receive-resource.ts';

/** https://hl7.org/fhir/R4/http.html#update; where nothing is, or no longer, it creates. @throws FhirError 400, 403, 409, 412, 413, 415 */
export function update(
  context: ServerContext,
  { type, id }: InteractionOf<'update'>,
  call: Call,
): Promise<FhirResponse> {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  const resolve = () => resolveUpdate(context, { type, id, ifMatch, ifNoneMatch });
  return writeReceived(context, call, type, id, (resource) => commitWrite(context, resolve, resource));
}

/** https://hl7.org/fhir/R4/http.html#cond-update @throws FhirError 400, 403, 409, 412, 413, 415 */
export function conditionalUpdate(
  context: ServerContext,
  { type }: InteractionOf<'update-conditional'>,
  call: Call,
): Promise<FhirResponse> {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  return writeReceived(context, call, type, undefined, (resource) => {
    const request = { type, criteria: call.query, ifMatch, ifNoneMatch, bodyId: resource.id };
    return commitWrite(context, () => resolveConditionalUpdate(context, request), resource);
  });
}
