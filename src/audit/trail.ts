import type { QueryPair } from '../fhir/search/search-context.ts';
import type { StoredVersion } from '../storage/store.ts';
import { AUDIT_LIMITS, type AuditBundleEntry, type AuditEntity, type AuditOutcome } from './audit-event.ts';
import { type PatientsIn, patientsIn } from './scan-patients.ts';

/** As much of an interaction as is recorded. */
export interface AuditedInteraction {
  readonly name: string;
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly version?: string | undefined;
  readonly operation?: string | undefined;
  readonly compartment?: { readonly type: string; readonly id: string } | undefined;
}

/** Gathers, while a request is carried out, what it shows and changes. One a request. */
export class Trail {
  readonly entity: AuditEntity[] = [];
  entityCount = 0;
  /** Ids; not cut before the event is made. */
  readonly patients = new Set<string>();
  parameters: readonly QueryPair[] = [];
  /** By the interaction, which an entry has for itself: a transaction tries its reads before it does them. */
  readonly entries = new Map<AuditedInteraction, AuditOutcome | undefined>();
  /** Of a Bundle, whose entries may show the same thing twice. */
  #known: Set<string> | undefined;
  readonly #patientsIn: PatientsIn;

  constructor(find: PatientsIn = patientsIn) {
    this.#patientsIn = find;
  }

  /** A version whose content, or existence, goes to the client. */
  shown(version: StoredVersion): void {
    this.#add(version, undefined);
  }

  /** A version that was made. @param before the one that it replaces: what a deletion or a move concerns is there */
  changed(change: AuditEntity['change'], version: StoredVersion, before: StoredVersion | undefined): void {
    this.#add(version, change);
    if (before?.body !== undefined) this.#addPatients(before.body);
  }

  /** An entry of a Bundle; without an outcome, its own is not known yet: that of the whole counts. */
  entry(interaction: AuditedInteraction, outcome?: AuditOutcome): void {
    this.#known ??= new Set();
    if (outcome !== undefined || !this.entries.has(interaction)) this.entries.set(interaction, outcome);
    this.concerns(interaction);
  }

  /** The Patient that an interaction names in its path. */
  concerns({ type, id, compartment }: AuditedInteraction): void {
    if (type === 'Patient' && id !== undefined) this.patients.add(id);
    if (compartment?.type === 'Patient') this.patients.add(compartment.id);
  }

  /** The entries, as many as are recorded. @param overall the outcome of those that have none of their own */
  bundleEntries(overall: AuditOutcome): readonly AuditBundleEntry[] {
    return [...this.entries].slice(0, AUDIT_LIMITS.entries).map(([{ name, type, id }, outcome = overall]) => ({
      interaction: name,
      type,
      id,
      outcome,
    }));
  }

  #add({ type, id, version, body }: StoredVersion, change: AuditEntity['change']): void {
    if (this.#known !== undefined) {
      const key = `${type}/${id}/${version}/${change}`;
      if (this.#known.has(key)) return;
      this.#known.add(key);
    }
    this.entityCount += 1;
    if (this.entityCount <= AUDIT_LIMITS.entity) this.entity.push({ type, id, version, change });
    if (type === 'Patient') this.patients.add(id);
    if (body !== undefined) this.#addPatients(body);
  }

  #addPatients(body: Uint8Array): void {
    for (const id of this.#patientsIn(body)) this.patients.add(id);
  }
}
