/** What came of a request: carried out (below 400), refused (4xx), or failed by the server's doing (5xx). */
export type AuditOutcome = 'success' | 'refused' | 'failed';

/** A version of a resource that was shown or changed. */
export interface AuditEntity {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Absent: it was shown. */
  readonly change?: 'create' | 'update' | 'delete' | undefined;
}

/** An entry of a batch or transaction. */
export interface AuditBundleEntry {
  readonly interaction: string;
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly outcome: AuditOutcome;
}

/** Beyond these numbers a list of an event is cut; its count tells how many there were. */
export const AUDIT_LIMITS = { entity: 1_000, patients: 10_000, entries: 1_000 } as const;

/**
 * What is recorded of one request: version 1 of the schema, described in docs/audit.md. What is not known is absent. Never holds a body, a
 * token, a key or a password, nor anything of a URL but what the router or the definitions know.
 */
export interface AuditEvent {
  readonly v: 1;
  /** When the request came: RFC 3339, UTC, to the ms. */
  readonly time: string;
  /** Until the answer was ready, ms. */
  readonly ms: number;
  /** As the answer's `x-request-id` says. */
  readonly request: string;
  readonly outcome: AuditOutcome;
  /** Of HTTP. */
  readonly status: number;
  /** Absent when the request was refused before it was known who asks. */
  readonly user?: { readonly id: string; readonly name?: string | undefined } | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly client?: { readonly id: string; readonly name: string } | undefined;
  readonly address?: string | undefined;
  readonly method: string;
  /** Absent when the request was refused before it was known what it asks for. */
  readonly interaction?: string | undefined;
  readonly operation?: string | undefined;
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  readonly version?: number | undefined;
  /** `Patient/1`: what a search is confined to. */
  readonly compartment?: string | undefined;
  /** The names of the parameters; what of a name is unknown to the definitions is `?`. */
  readonly query?: readonly string[] | undefined;
  /** Their values in the same order, only where that is configured; null beside an unknown name. */
  readonly values?: readonly (string | null)[] | undefined;
  readonly patients?: readonly string[] | undefined;
  /** Only when `patients` is cut. */
  readonly patientCount?: number | undefined;
  readonly entity?: readonly AuditEntity[] | undefined;
  /** Only when `entity` is cut. */
  readonly entityCount?: number | undefined;
  readonly entries?: readonly AuditBundleEntry[] | undefined;
  /** Only when `entries` is cut. */
  readonly entryCount?: number | undefined;
  /** True when it could not be written while the request was answered, and was written afterwards. */
  readonly late?: true | undefined;
}

/** What a status says of the outcome. */
export function outcomeOf(status: number): AuditOutcome {
  if (status < 400) return 'success';
  return status < 500 ? 'refused' : 'failed';
}
