import type { Definitions } from '../fhir/definitions/definitions.ts';
import { AUDIT_LIMITS, type AuditEvent, outcomeOf } from './audit-event.ts';
import { namedPatients } from './named-patients.ts';
import { knownName } from './parameter-names.ts';
import type { AuditedInteraction, Trail } from './trail.ts';

/** What is known of a request when its answer is. */
export interface RequestFacts {
  /** When it came, ms since the epoch. */
  readonly at: number;
  readonly ms: number;
  readonly id: string;
  readonly method: string;
  readonly status: number;
  readonly address?: string | undefined;
  /** Undefined when it was refused before it was known what it asks for. */
  readonly interaction?: AuditedInteraction | undefined;
  /** Undefined when it was refused before it was known who asks. */
  readonly caller?:
    | {
        readonly id: string;
        readonly name?: string | undefined;
        readonly roles: readonly string[];
        readonly client?: { readonly id: string; readonly name: string } | undefined;
      }
    | undefined;
  /** Where the caller is not known: whose key it was. */
  readonly client?: { readonly id: string; readonly name: string } | undefined;
  readonly trail: Trail;
}

export interface EventOptions {
  readonly definitions: Definitions;
  /** Record the values of parameters too. */
  readonly queryValues: boolean;
}

/** The event of a request. */
export function createEvent(facts: RequestFacts, options: EventOptions): AuditEvent {
  const { at, ms, id, method, status, address, interaction, caller, client = caller?.client, trail } = facts;
  const outcome = outcomeOf(status);
  const { entity, entityCount, patients, entries } = trail;
  if (interaction !== undefined) {
    trail.concerns(interaction);
    if (trail.parameters.length > 0) namedPatients(interaction.type, trail.parameters, patients);
  }
  const { query, values } = queryOf(interaction, trail, options);
  return {
    v: 1,
    time: new Date(at).toISOString(),
    ms: Math.round(ms * 100) / 100,
    request: id,
    outcome,
    status,
    user: caller === undefined ? undefined : { id: caller.id, name: caller.name },
    roles: caller?.roles,
    client: client === undefined ? undefined : { id: client.id, name: client.name },
    address,
    method: /^[A-Z]{1,20}$/.test(method) ? method : '?',
    interaction: interaction?.name,
    // Any name that begins with `$` is routed: only one that was carried out is the name of an operation.
    operation: outcome === 'success' ? interaction?.operation : undefined,
    type: interaction?.type,
    id: interaction?.id,
    version: versionOf(interaction),
    compartment: interaction?.compartment && `${interaction.compartment.type}/${interaction.compartment.id}`,
    query,
    values,
    patients: patients.size === 0 ? undefined : firstOf(patients, AUDIT_LIMITS.patients),
    patientCount: patients.size > AUDIT_LIMITS.patients ? patients.size : undefined,
    entity: entityCount === 0 ? undefined : entity,
    entityCount: entityCount > entity.length ? entityCount : undefined,
    entries: entries.size === 0 ? undefined : trail.bundleEntries(outcome),
    entryCount: entries.size > AUDIT_LIMITS.entries ? entries.size : undefined,
  };
}

/** A vread's; what is no number may be anything. */
function versionOf(interaction: AuditedInteraction | undefined): number | undefined {
  const version = interaction?.version;
  return version !== undefined && /^\d{1,15}$/.test(version) ? Number(version) : undefined;
}

function queryOf(
  interaction: AuditedInteraction | undefined,
  { parameters }: Trail,
  { definitions, queryValues }: EventOptions,
): Pick<AuditEvent, 'query' | 'values'> {
  if (interaction === undefined || parameters.length === 0) return {};
  const types = interaction.type === undefined ? [] : [interaction.type];
  const query = parameters.map(([name]) => knownName(definitions, types, name));
  if (!queryValues) return { query };
  return { query, values: parameters.map(([, value], i) => (query[i]?.includes('?') ? null : value)) };
}

function firstOf(ids: ReadonlySet<string>, most: number): readonly string[] {
  const all = [...ids];
  return all.length > most ? all.slice(0, most) : all;
}
