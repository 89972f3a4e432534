import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { readJson } from '../read-json.ts';
import { renderWritten } from '../render/render-written.ts';
import type { ServerContext } from '../server-context.ts';
import { commitWrite } from '../write/commit.ts';
import { resolveConditionalUpdate, resolveUpdate } from '../write/resolve-update.ts';
import { validateBody } from '../write/validate-body.ts';
import type { InteractionOf } from './interaction.ts';
import { tellWritten } from './tell-trail.ts';

/** https://hl7.org/fhir/R4/http.html#update; where nothing is, or no longer, it creates. @throws FhirError 400, 409, 412, 413, 415 */
export async function update(
  context: ServerContext,
  interaction: InteractionOf<'update'>,
  call: Call,
): Promise<FhirResponse> {
  const { type, id } = interaction;
  const resource = validateBody(await readJson(context, call), type, id);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  const resolve = () => resolveUpdate(context, { type, id, ifMatch, ifNoneMatch });
  const written = await commitWrite(context, resolve, resource);
  tellWritten(context, [written]);
  return renderWritten(context, call, written);
}

/** https://hl7.org/fhir/R4/http.html#cond-update @throws FhirError 400, 409, 412, 413, 415 */
export async function conditionalUpdate(
  context: ServerContext,
  { type }: InteractionOf<'update-conditional'>,
  call: Call,
): Promise<FhirResponse> {
  const resource = validateBody(await readJson(context, call), type);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = call.headers;
  const request = { type, criteria: call.query, ifMatch, ifNoneMatch, bodyId: resource.id };
  const written = await commitWrite(context, () => resolveConditionalUpdate(context, request), resource);
  tellWritten(context, [written]);
  return renderWritten(context, call, written);
}
