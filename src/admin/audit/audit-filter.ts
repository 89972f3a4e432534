import type { AuditEvent, AuditOutcome } from '../../audit/audit-event.ts';

/** What events are looked for; all that is given must be true of one. */
export interface AuditFilter {
  /** Id or name. */
  readonly user?: string | undefined;
  /** The client system's id or name. */
  readonly client?: string | undefined;
  /** Id. */
  readonly patient?: string | undefined;
  readonly resource?: { readonly type: string; readonly id?: string | undefined } | undefined;
  /** `search` is also `search-type`, `search-compartment` and so on. */
  readonly interaction?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** ms since the epoch, inclusive. */
  readonly since?: number | undefined;
  /** ms since the epoch, exclusive. */
  readonly until?: number | undefined;
}

/** A test of events. Where an event's list is cut, what is looked for may be in the rest: it counts as found. */
export function matcher(filter: AuditFilter): (event: AuditEvent) => boolean {
  const { user, client, patient, resource, interaction, outcome, since, until } = filter;
  const tests: ((event: AuditEvent) => boolean)[] = [];
  if (outcome !== undefined) tests.push((event) => event.outcome === outcome);
  if (since !== undefined) tests.push((event) => Date.parse(event.time) >= since);
  if (until !== undefined) tests.push((event) => Date.parse(event.time) < until);
  if (user !== undefined) tests.push((event) => event.user?.id === user || event.user?.name === user);
  if (client !== undefined) tests.push((event) => event.client?.id === client || event.client?.name === client);
  if (patient !== undefined) tests.push((event) => concerns(event, patient));
  if (interaction !== undefined) tests.push((event) => isOf(event, interaction));
  if (resource !== undefined) tests.push((event) => isAbout(event, resource.type, resource.id));
  return (event) => tests.every((test) => test(event));
}

/**
 * A test of lines that costs little, before one is parsed: false only of lines whose event can't match. Ids are never escaped in JSON.
 */
export function lineTest({ patient, resource }: AuditFilter): (line: string) => boolean {
  const ids = [patient, resource?.id].filter((id) => id !== undefined);
  if (ids.length === 0) return () => true;
  return (line) => ids.every((id) => line.includes(id)) || line.includes('Count":');
}

function concerns({ patients, patientCount }: AuditEvent, id: string): boolean {
  return patientCount !== undefined || (patients?.includes(id) ?? false);
}

function isOf({ interaction, entries }: AuditEvent, family: string): boolean {
  const is = (name: string | undefined) => name === family || (name?.startsWith(`${family}-`) ?? false);
  return is(interaction) || (entries?.some((entry) => is(entry.interaction)) ?? false);
}

function isAbout(event: AuditEvent, type: string, id: string | undefined): boolean {
  const is = (each: { readonly type?: string | undefined; readonly id?: string | undefined }) =>
    each.type === type && (id === undefined || each.id === id);
  if (is(event) || event.compartment === `${type}/${id}`) return true;
  if ((event.entity?.some(is) ?? false) || (event.entries?.some(is) ?? false)) return true;
  return event.entityCount !== undefined || event.entryCount !== undefined;
}
