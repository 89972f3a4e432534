import { renderBinary } from '../binary/read-binary.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { missing, requireThere } from '../render/absent.ts';
import { notModified } from '../render/not-modified.ts';
import { renderResource } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import type { InteractionOf } from './interaction.ts';

/** https://hl7.org/fhir/R4/http.html#read @throws FhirError 404, 410 */
export async function read(
  context: ServerContext,
  interaction: InteractionOf<'read'>,
  call: Call,
): Promise<FhirResponse> {
  const { type, id } = interaction;
  const version = await context.store.read(type, id);
  if (version === undefined) throw missing(type);
  const resource = requireThere(context, version);
  context.trail?.shown(resource);
  const { binary } = context;
  if (type === 'Binary' && binary !== undefined && call.transport !== undefined) {
    return renderBinary(context, binary, resource, call);
  }
  return notModified(resource, call) ?? renderResource(context, resource, call.presentation);
}
