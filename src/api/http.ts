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
  /** The same in pieces as they come, of any length, for what is not held in memory; `body` or this, once. */
  readonly stream?: (() => AsyncIterable<Uint8Array>) | undefined;
  /** What the transport calls this request; a fresh id is made where it names none. */
  readonly id?: string | undefined;
  /** The caller's address, when the transport knows it. */
  readonly remoteAddress?: string | undefined;
}

/** A response. A body in pieces is written one after the other; its length is their sum. */
export interface FhirResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | readonly Uint8Array[] | undefined;
  /** In place of `body`: one of any length, produced while it is written; the headers tell its length where it is known. */
  readonly stream?: (() => AsyncIterable<Uint8Array>) | undefined;
}
