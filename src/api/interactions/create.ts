import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import type { ServerContext } from '../server-context.ts';
import { commitWrite } from '../write/commit.ts';
import { resolveCreate } from '../write/resolve-create.ts';
import type { InteractionOf } from './interaction.ts';
import { writeReceived } from './receive-resource.ts';

/** https://hl7.org/fhir/R4/http.html#create, with `If-None-Exist` a conditional one. @throws FhirError 400, 403, 409, 412, 413, 415 */
export function create(context: ServerContext, { type }: InteractionOf<'create'>, call: Call): Promise<FhirResponse> {
  const ifNoneExist = call.headers['if-none-exist'];
  const resolve = () => resolveCreate(context, { type, ifNoneExist });
  return writeReceived(context, call, type, undefined, (resource) => commitWrite(context, resolve, resource));
}
