import type { Resource } from '../../fhir/resource.ts';
import { checkBinary } from '../binary/binary-content.ts';
import type { ServerContext } from '../server-context.ts';
import { resolveCreate } from '../write/resolve-create.ts';
import { resolveConditionalDelete, resolveDelete } from '../write/resolve-delete.ts';
import { resolveConditionalUpdate, resolveUpdate } from '../write/resolve-update.ts';
import { validateBody } from '../write/validate-body.ts';
import type { WriteTarget } from '../write/write-target.ts';
import type { Entry } from './parse-entries.ts';

/** An entry that writes, resolved: several targets for a conditional delete alone. */
export interface ResolvedEntry {
  readonly entry: Entry;
  readonly targets: readonly WriteTarget[];
  /** Of a create or update. */
  readonly resource?: Resource | undefined;
}

/** In the order in which a transaction is processed: deletes, creates, updates (https://hl7.org/fhir/R4/http.html#trules). */
const ORDER: Readonly<Record<string, number>> = { DELETE: 0, POST: 1, PUT: 2 };

/** True of an entry that writes. */
export function isWrite({ interaction: { name } }: Entry): boolean {
  return name === 'create' || name.startsWith('update') || name.startsWith('delete');
}

/** Those that write, in the order of their processing. */
export function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(isWrite).sort((a, b) => (ORDER[a.call.method] ?? 0) - (ORDER[b.call.method] ?? 0));
}

/** What an entry that writes comes to. @throws FhirError 400, 409, 412 */
export async function resolveEntry(context: ServerContext, entry: Entry): Promise<ResolvedEntry> {
  const { interaction, call } = entry;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-none-exist': ifNoneExist } = call.headers;
  switch (interaction.name) {
    case 'create': {
      const { type } = interaction;
      const resource = received(context, validateBody(call.json, type));
      return { entry, resource, targets: [await resolveCreate(context, { type, ifNoneExist })] };
    }
    case 'update': {
      const { type, id } = interaction;
      const resource = received(context, validateBody(call.json, type, id));
      return { entry, resource, targets: [await resolveUpdate(context, { type, id, ifMatch, ifNoneMatch })] };
    }
    case 'update-conditional': {
      const { type } = interaction;
      const resource = received(context, validateBody(call.json, type));
      const request = { type, criteria: call.query, ifMatch, ifNoneMatch, bodyId: resource.id };
      return { entry, resource, targets: [await resolveConditionalUpdate(context, request)] };
    }
    case 'delete': {
      const { type, id } = interaction;
      return { entry, targets: [await resolveDelete(context, { type, id, ifMatch })] };
    }
    case 'delete-conditional':
      return {
        entry,
        targets: await resolveConditionalDelete(context, { type: interaction.type, criteria: call.query, ifMatch }),
      };
    default:
      throw new Error(`${interaction.name} does not write.`);
  }
}

function received({ binary, definitions }: ServerContext, resource: Resource): Resource {
  if (resource.resourceType !== 'Binary' || binary === undefined) return resource;
  return checkBinary(resource, definitions.version, binary.inlineBytes);
}
