import type { Definitions } from '../fhir/definitions/definitions.ts';
import type { Terminology } from '../fhir/terminology/terminology.ts';
import type { Store } from '../storage/store.ts';

/** Sizes beyond which a request is refused or an answer is cut, with a clear message each. */
export interface Limits {
  /** Bytes of a request body. */
  readonly bodyBytes: number;
  /** Matches a page when the request names no `_count`. */
  readonly defaultCount: number;
  /** The largest `_count` honoured. */
  readonly maxCount: number;
  /** Nesting of objects and arrays in a body. */
  readonly jsonDepth: number;
  /** How often an interaction is tried again when another one came between, before it answers 409. */
  readonly commitAttempts: number;
  /** Matches that one conditional delete may take. */
  readonly conditionalDeletes: number;
}

/** What every interaction works with; one a server. */
export interface ServerContext {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  readonly store: Store;
  /** The service base URL, without a trailing slash. */
  readonly baseUrl: string;
  /** ms since the epoch; never goes back. */
  readonly now: () => number;
  /** A fresh resource id. */
  readonly newId: () => string;
  readonly limits: Limits;
  /** Operations and interactions that are switched on beyond the built-in ones may say so in the capability statement. */
  readonly software: { readonly name: string; readonly version: string };
}
