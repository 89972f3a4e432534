import type { Resource } from '../fhir/resource.ts';
import type { SearchQuery } from '../fhir/search/search-query.ts';

/** How a version came to be. */
export type ChangeMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One version of a resource, as it is stored. Versions count from 1 without a gap. */
export interface StoredVersion {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** ms since the epoch. */
  readonly lastUpdated: number;
  readonly method: ChangeMethod;
  /** The resource's JSON in UTF-8, `id`, `meta.versionId` and `meta.lastUpdated` set; undefined when this version is a deletion. */
  readonly body: Uint8Array | undefined;
}

/** A version that holds a resource. */
export type StoredResource = StoredVersion & { readonly body: Uint8Array };

/** One version to be appended. */
export interface Change {
  readonly method: ChangeMethod;
  readonly type: string;
  readonly id: string;
  /** The version that must be the highest now, 0 for none; this change becomes `expected + 1`. */
  readonly expected: number;
  readonly lastUpdated: number;
  /** Parsed and serialised, the same thing twice so that neither is computed again; undefined for DELETE. */
  readonly content?: { readonly resource: Resource; readonly body: Uint8Array } | undefined;
}

/** A condition on a search, that must hold at the moment of the commit: what makes conditional interactions free of races. */
export interface Guard {
  readonly query: SearchQuery;
  /** Type and criteria in a normal form: equal conditions have equal text. An adapter may lock by it. */
  readonly criteria: string;
  /** The ids of exactly those that match, as found when the interaction was resolved; none: []. */
  readonly ids: readonly string[];
  /** `SearchPage.asOf` of the search that found them. */
  readonly asOf?: number | undefined;
}

/** Why nothing was written: a change's `expected` was not the version there, or a guard no longer held. */
export type Conflict =
  | { readonly kind: 'version'; readonly type: string; readonly id: string; readonly actual: number }
  | { readonly kind: 'guard'; readonly guard: Guard };

export interface SearchPage {
  readonly matches: readonly StoredResource[];
  /** By `_include` and `_revinclude`; none of the matches, none twice. */
  readonly included: readonly StoredResource[];
  readonly total?: number | undefined;
  /** True when includes were cut off at the store's limit. */
  readonly includedTruncated?: boolean | undefined;
  /** The cursor of the next page; undefined on the last. */
  readonly next?: string | undefined;
  /** The store's position when it answered; unchanged position, unchanged store. */
  readonly asOf?: number | undefined;
}

export interface HistoryQuery {
  /** Undefined: the whole server. `id` only with `type`. */
  readonly types?: readonly string[] | undefined;
  readonly id?: string | undefined;
  /** Versions whose lastUpdated is ≥ this (ms). */
  readonly since?: number | undefined;
  /** Versions that were current at some time within [low, high) (ms): `_at`. */
  readonly at?: { readonly low: number; readonly high: number } | undefined;
  readonly count: number;
  readonly cursor?: string | undefined;
}

/** Newest first. */
export interface HistoryPage {
  readonly versions: readonly StoredVersion[];
  readonly next?: string | undefined;
  /** How many versions match in all, when that is known cheaply. */
  readonly total?: number | undefined;
}

/** Thrown for a cursor that this store did not make. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** Thrown for a search that the engine could only answer at a price that others would pay. Its message says what to make narrower. */
export class SearchTooCostlyError extends Error {
  override readonly name = 'SearchTooCostlyError';
}

/**
 * Thrown when the engine does not answer, or has no capacity left, though it was asked several times. Nothing was written, unless it was the
 * answer to the last attempt that was lost.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly reason: 'throttled' | 'unavailable';
  /** Seconds after which to try again. */
  readonly retryAfter: number;

  constructor(reason: 'throttled' | 'unavailable', retryAfter: number, options?: ErrorOptions) {
    super(reason === 'throttled' ? 'The storage has no capacity left.' : 'The storage does not answer.', options);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/**
 * The storage port: FHIR's versions and searches, nothing of a database. `test/contract` says what an adapter must do.
 * Reads see every commit that was acknowledged before they began.
 */
export interface Store {
  /** The current version; a deletion too; undefined when there never was one. */
  read(type: string, id: string): Promise<StoredVersion | undefined>;
  readVersion(type: string, id: string, version: number): Promise<StoredVersion | undefined>;
  /** The current versions of many, in the order asked for. */
  readMany(
    keys: readonly { readonly type: string; readonly id: string }[],
  ): Promise<readonly (StoredVersion | undefined)[]>;
  history(query: HistoryQuery): Promise<HistoryPage>;
  search(query: SearchQuery): Promise<SearchPage>;
  /**
   * Resolves when searches find what has been committed, at the latest after `budget` ms: false then. Absent: they always do.
   *
   * @throws StoreUnavailableError
   */
  searchable?(keys: readonly { readonly type: string; readonly id: string }[], budget: number): Promise<boolean>;
  /** Appends all changes or none; durable when it resolves. No type and id occurs twice. Undefined: done. */
  commit(changes: readonly Change[], guards?: readonly Guard[]): Promise<Conflict | undefined>;
  close(): Promise<void>;
}
