/** What is recorded of one request. */
export interface AuditEntry {
  /** When it came, ms since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly method: string;
  /** Path and query as they came: may hold patient data, as what is audited does. */
  readonly url: string;
  /** Undefined when the request was refused before it was known what it asks for. */
  readonly interaction?:
    | { readonly name: string; readonly type?: string | undefined; readonly id?: string | undefined }
    | undefined;
  /** Undefined when the request was refused before it was known who asks. */
  readonly callerId?: string | undefined;
  readonly remoteAddress?: string | undefined;
  readonly status: number;
}

/** Keeps what happened. Called once a request, when its answer is known and before it is sent. */
export interface AuditPort {
  record(entry: AuditEntry): void | Promise<void>;
}

/** Records nothing. */
export const NO_AUDIT: AuditPort = { record: () => undefined };
