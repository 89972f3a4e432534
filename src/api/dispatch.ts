import type { Call } from './call.ts';
import type { FhirResponse } from './http.ts';
import { create } from './interactions/create.ts';
import { conditionalDelete, deleteResource } from './interactions/delete.ts';
import { history } from './interactions/history.ts';
import type { Interaction, InteractionOf } from './interactions/interaction.ts';
import { operation } from './interactions/operation.ts';
import { read } from './interactions/read.ts';
import { search } from './interactions/search.ts';
import { conditionalUpdate, update } from './interactions/update.ts';
import { vread } from './interactions/vread.ts';
import type { ServerContext } from './server-context.ts';

/** What is made once a server. */
export interface SpecialInteractions {
  readonly capabilities: (call: Call) => Promise<FhirResponse>;
  readonly batch: (context: ServerContext, call: Call) => Promise<FhirResponse>;
}

/** Carries out an interaction. */
export function dispatch(
  context: ServerContext,
  interaction: Interaction,
  call: Call,
  special: SpecialInteractions,
): Promise<FhirResponse> {
  switch (interaction.name) {
    case 'read':
      return read(context, interaction, call);
    case 'vread':
      return vread(context, interaction, call);
    case 'create':
      return create(context, interaction, call);
    case 'update':
      return update(context, interaction, call);
    case 'update-conditional':
      return conditionalUpdate(context, interaction, call);
    case 'delete':
      return deleteResource(context, interaction, call);
    case 'delete-conditional':
      return conditionalDelete(context, interaction, call);
    case 'history-instance':
    case 'history-type':
    case 'history-system':
      return history(context, interaction, call);
    case 'search-type':
    case 'search-system':
    case 'search-compartment':
      return search(context, interaction, call);
    case 'capabilities':
      return special.capabilities(call);
    case 'batch':
      return special.batch(context, call);
    case 'operation':
      return operation(interaction);
  }
}

/** What an interaction is about: the one resource, or the type. */
export function subjectOf(interaction: Interaction): {
  readonly type?: string | undefined;
  readonly id?: string | undefined;
} {
  return interaction as Partial<InteractionOf<'read'>>;
}
