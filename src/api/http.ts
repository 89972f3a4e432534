/**
 * A request as the server sees it. Narrower than the web's `Request`, which costs more to construct than a read costs in all
 * (docs/decisions/0001); `toFetch` adapts the one to the other.
 */
export interface FhirRequest {
  readonly method: string;
  /** Path and query as they came, without origin: `/Patient/1?_pretty=true`. */
  readonly url: string;
  /** By lower-case name; repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body; empty when there is none. Rejects with a FhirError 413 when it is over `limit` bytes. */
  readonly body: (limit: number) => Promise<Uint8Array>;
  /** The caller's address, when the transport knows it. */
  readonly remoteAddress?: string | undefined;
}

/** A response. A body in pieces is written one after the other; its length is their sum. */
export interface FhirResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | readonly Uint8Array[] | undefined;
}
