import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { renderDeleted } from '../render/render-written.ts';
import type { ServerContext } from '../server-context.ts';
import { commitWrite, commitWrites } from '../write/commit.ts';
import { resolveConditionalDelete, resolveDelete } from '../write/resolve-delete.ts';
import type { InteractionOf } from './interaction.ts';
import { tellWritten } from './tell-trail.ts';

/** https://hl7.org/fhir/R4/http.html#delete; of what is not there too. @throws FhirError 400, 409, 412 */
export async function deleteResource(
  context: ServerContext,
  { type, id }: InteractionOf<'delete'>,
  call: Call,
): Promise<FhirResponse> {
  const ifMatch = call.headers['if-match'];
  const written = [await commitWrite(context, () => resolveDelete(context, { type, id, ifMatch }))];
  tellWritten(context, written);
  return renderDeleted(context, call, written);
}

/** A delete of all that match, together or not at all (https://hl7.org/fhir/R4/http.html#delete). @throws FhirError 400, 409, 412 */
export async function conditionalDelete(
  context: ServerContext,
  { type }: InteractionOf<'delete-conditional'>,
  call: Call,
): Promise<FhirResponse> {
  const ifMatch = call.headers['if-match'];
  const resolve = () => resolveConditionalDelete(context, { type, criteria: call.query, ifMatch });
  const written = await commitWrites(context, resolve);
  tellWritten(context, written);
  return renderDeleted(context, call, written);
}
