import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { readJson } from '../read-json.ts';
import { renderWritten } from '../render/render-written.ts';
import type { ServerContext } from '../server-context.ts';
import { commitWrite } from '../write/commit.ts';
import { resolveCreate } from '../write/resolve-create.ts';
import { validateBody } from '../write/validate-body.ts';
import type { InteractionOf } from './interaction.ts';
import { tellWritten } from './tell-trail.ts';

/** https://hl7.org/fhir/R4/http.html#create, with `If-None-Exist` a conditional one. @throws FhirError 400, 409, 412, 413, 415 */
export async function create(
  context: ServerContext,
  { type }: InteractionOf<'create'>,
  call: Call,
): Promise<FhirResponse> {
  const resource = validateBody(await readJson(context, call), type);
  const ifNoneExist = call.headers['if-none-exist'];
  const written = await commitWrite(context, () => resolveCreate(context, { type, ifNoneExist }), resource);
  tellWritten(context, [written]);
  return renderWritten(context, call, written);
}
