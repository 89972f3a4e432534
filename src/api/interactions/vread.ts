import { renderBinary } from '../binary/read-binary.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { missing, requireThere } from '../render/absent.ts';
import { notModified } from '../render/not-modified.ts';
import { renderResource } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import type { InteractionOf } from './interaction.ts';

/** As versions are numbered; beyond 15 digits a number would no longer be told from its neighbour. */
const VERSION = /^[1-9]\d{0,14}$/;

/** https://hl7.org/fhir/R4/http.html#vread @throws FhirError 404; 410 for a version that is a deletion */
export async function vread(
  context: ServerContext,
  interaction: InteractionOf<'vread'>,
  call: Call,
): Promise<FhirResponse> {
  const { type, id } = interaction;
  const number = VERSION.test(interaction.version) ? Number(interaction.version) : undefined;
  const version = number === undefined ? undefined : await context.store.readVersion(type, id, number);
  if (version === undefined) throw missing(type, 'version');
  const resource = requireThere(context, version);
  context.trail?.shown(resource);
  const { binary } = context;
  if (type === 'Binary' && binary !== undefined && call.transport !== undefined) {
    return renderBinary(context, binary, resource, call);
  }
  return notModified(resource, call) ?? renderResource(context, resource, call.presentation);
}
