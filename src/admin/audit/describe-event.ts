import type { AuditEvent } from '../../audit/audit-event.ts';

/** An event's fields as text, for columns. */
export interface EventFields {
  readonly time: string;
  readonly user: string;
  readonly client: string;
  readonly interaction: string;
  readonly resource: string;
  readonly patients: readonly string[];
  /** Of versions of resources that were shown or changed. */
  readonly shown: number;
  readonly outcome: string;
  readonly status: string;
  readonly ms: string;
  readonly address: string;
  readonly request: string;
}

/** What is there of an event; empty where nothing is. */
export function fieldsOf(event: AuditEvent): EventFields {
  return {
    time: event.time,
    user: clean(event.user?.name ?? event.user?.id),
    client: clean(event.client?.name),
    interaction: clean(event.interaction),
    resource: clean(resourceOf(event)),
    patients: (event.patients ?? []).map(clean),
    shown: event.entityCount ?? event.entity?.length ?? 0,
    outcome: event.outcome,
    status: String(event.status),
    ms: String(event.ms),
    address: clean(event.address),
    request: clean(event.request),
  };
}

/** What the request was about: `Patient/1`, `Patient/1/_history/2`, `Patient/1/Observation`, `Observation`. */
function resourceOf({ type, id, version, compartment, entity }: AuditEvent): string | undefined {
  if (compartment !== undefined) return `${compartment}/${type ?? '*'}`;
  if (type === undefined) return undefined;
  // A create, and what finds by a condition: one that it made or found.
  const [only, ...others] = entity ?? [];
  const found = id ?? (others.length === 0 && only?.change !== undefined ? only.id : undefined);
  if (found === undefined) return type;
  return version === undefined ? `${type}/${found}` : `${type}/${found}/_history/${version}`;
}

/** Names that people gave may hold what a terminal obeys, or what parts columns and lines. */
function clean(text: string | undefined): string {
  return (text ?? '').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
}
