import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { missing } from '../render/absent.ts';
import { renderHistory } from '../render/render-history.ts';
import type { ServerContext } from '../server-context.ts';
import { parseHistoryParameters } from './history-parameters.ts';
import type { InteractionOf } from './interaction.ts';
import { tellShown } from './tell-trail.ts';

type History = InteractionOf<'history-instance' | 'history-type' | 'history-system'>;

/** https://hl7.org/fhir/R4/http.html#history, of a resource, a type or the server. @throws FhirError 400; 404 for a resource that never was */
export async function history(context: ServerContext, interaction: History, call: Call): Promise<FhirResponse> {
  const { query, understood } = parseHistoryParameters(call.parameters, context.limits, call.preferences.handling);
  if (interaction.name === 'history-system') {
    const page = await context.store.history({ ...query, types: readableTypes(context) });
    tellShown(context, page.versions);
    return renderHistory(context, '_history', understood, page, call.presentation);
  }
  const { type } = interaction;
  const id = interaction.name === 'history-instance' ? interaction.id : undefined;
  const page = await context.store.history({ ...query, types: [type], id });
  if (id !== undefined && page.versions.length === 0 && (await context.store.read(type, id)) === undefined)
    throw missing(type);
  tellShown(context, page.versions);
  const path = id === undefined ? `${type}/_history` : `${type}/${id}/_history`;
  return renderHistory(context, path, understood, page, call.presentation);
}

/** Undefined: all. */
function readableTypes({ search: { readable }, definitions }: ServerContext): readonly string[] | undefined {
  return readable === undefined ? undefined : definitions.resourceTypes.filter(readable);
}
