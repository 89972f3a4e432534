import type { Trail } from '../audit/trail.ts';
import type { Access } from '../auth/auth-port.ts';
import type { Definitions } from '../fhir/definitions/definitions.ts';
import type { SearchContext } from '../fhir/search/search-context.ts';
import type { Store } from '../storage/store.ts';
import type { BinarySupport } from './binary/binary-support.ts';

/** Sizes beyond which a request is refused or an answer is cut, with a clear message each. */
export interface Limits {
  /** Bytes of a request body; default 256 MiB: transactions have no limit of entries but memory. */
  readonly bodyBytes: number;
  /** Matches a page when the request names no `_count`; default 20. */
  readonly defaultCount: number;
  /** The largest `_count` honoured; default 1000. */
  readonly maxCount: number;
  /** Nesting of objects and arrays in a body; default 200. */
  readonly jsonDepth: number;
  /** How often an interaction is tried again when another one came between, before it answers 409; default 50. */
  readonly commitAttempts: number;
  /** Matches that one conditional delete may take; default 1000. */
  readonly conditionalDeletes: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 2 ** 28,
  defaultCount: 20,
  maxCount: 1000,
  jsonDepth: 200,
  commitAttempts: 50,
  conditionalDeletes: 1000,
};

/** What every interaction works with; one a server, or a request, where requests differ in what they may see or are recorded. */
export interface ServerContext {
  readonly definitions: Definitions;
  readonly store: Store;
  /** The service base URL, without a trailing slash. */
  readonly baseUrl: string;
  /** What searches and criteria are parsed with. */
  readonly search: SearchContext;
  /** ms since the epoch; never goes back. */
  readonly now: () => number;
  /** A fresh resource id. */
  readonly newId: () => string;
  readonly limits: Limits;
  /** Named in the capability statement. */
  readonly software: { readonly name: string; readonly version: string };
  /** Absent: the content of Binaries is in them. */
  readonly binary?: BinarySupport | undefined;
  /** What the caller may do beyond what the interaction itself asks for; absent: all. */
  readonly access?: Access | undefined;
  /** Is told of every version that is shown or changed; absent when requests are not recorded. */
  readonly trail?: Trail | undefined;
}
