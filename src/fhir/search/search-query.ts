import type { SearchParameterType } from '../definitions/definitions.ts';

/** https://hl7.org/fhir/R4/search.html#prefix */
export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/**
 * A test of one value. Ranges: an entry covers [el, eh), a date test [low, high).
 *
 * | prefix | date | number, quantity (entries are closed ranges, mostly points) |
 * |---|---|---|
 * | eq | low ≤ el and eh ≤ high | low ≤ el and eh < high |
 * | ne | not eq | not eq |
 * | gt | eh > high | eh > low |
 * | lt | el < low | el < low |
 * | ge | gt or eq | eh ≥ low |
 * | le | lt or eq | el ≤ low |
 * | sa | el ≥ high | el > low |
 * | eb | eh ≤ low | eh < low |
 * | ap | el < high and eh > low | el ≤ high and eh ≥ low |
 *
 * For numbers the implicit precision ([99.5, 100.5) for `100`) counts for eq and ne alone; the other prefixes have low = high =
 * the exact value (https://hl7.org/fhir/R4/search.html#number); ap has the range that "approximately" means.
 */
export type ValueTest =
  /** `text` as the user wrote it; all but exact compare case- and accent-insensitively (`foldString`). */
  | {
      readonly kind: 'string';
      readonly match: 'starts-with' | 'exact' | 'contains' | 'ends-with';
      readonly text: string;
    }
  /** system undefined: any; '': none. code undefined: any of the system. */
  | { readonly kind: 'token'; readonly system?: string | undefined; readonly code?: string | undefined }
  /** Any of many codes: what :in, :above and :below come to. `codes` undefined: the whole system. */
  | {
      readonly kind: 'token-in';
      readonly sets: readonly { readonly system: string; readonly codes?: readonly string[] | undefined }[];
    }
  /** `:text` of a token: starts with, folded. */
  | { readonly kind: 'token-text'; readonly text: string }
  | { readonly kind: 'reference'; readonly type: string; readonly id: string }
  /** exact: the URL, and the version if one is given; below: the URL, and a version that is the one given or below it: `1` has 1 and 1.2, not 12. */
  | {
      readonly kind: 'reference-url';
      readonly url: string;
      readonly version?: string | undefined;
      readonly match: 'exact' | 'below';
    }
  | { readonly kind: 'date'; readonly prefix: Prefix; readonly low: number; readonly high: number }
  | { readonly kind: 'number'; readonly prefix: Prefix; readonly low: number; readonly high: number }
  | {
      readonly kind: 'quantity';
      readonly prefix: Prefix;
      readonly low: number;
      readonly high: number;
      /** undefined: any. */
      readonly system?: string | undefined;
      /** Matches the entry's code or unit; undefined: any. */
      readonly code?: string | undefined;
      /** When set, compare with the entry's canonical value instead, and with this unit. */
      readonly canonical?: { readonly low: number; readonly high: number; readonly unit: string } | undefined;
    }
  /** below: the entry starts with `uri`; above: `uri` starts with the entry. */
  | { readonly kind: 'uri'; readonly match: 'exact' | 'below' | 'above' | 'contains'; readonly uri: string };

/**
 * Which resources match. A tree, free of syntax: modifiers, prefixes, compartments, `_filter`, `_list` and `_has` have all become this.
 * `parameter` names an entry's parameter (see `IndexEntry`) of the type the filter stands under.
 */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  | { readonly op: 'ids'; readonly ids: readonly string[] }
  | { readonly op: 'lastUpdated'; readonly test: ValueTest & { readonly kind: 'date' } }
  /** There is no entry for the parameter. */
  | { readonly op: 'missing'; readonly parameter: string }
  /** One entry of the parameter passes one of the tests. */
  | { readonly op: 'match'; readonly parameter: string; readonly tests: readonly ValueTest[] }
  /** For one of `tuples`: there is a group in which, for every i, the entry `parameter$i` passes tuple[i]. */
  | { readonly op: 'composite'; readonly parameter: string; readonly tuples: readonly (readonly ValueTest[])[] }
  /** The parameter refers to a resource of `type` that exists and passes `filter`. */
  | { readonly op: 'chain'; readonly parameter: string; readonly type: string; readonly filter: Filter }
  /** Some current resource of `type` that passes `filter` refers to this one by `parameter`. */
  | { readonly op: 'has'; readonly type: string; readonly parameter: string; readonly filter: Filter }
  /** Full text: words, all of which must occur; a quoted phrase stays together; OR between words when upper case. */
  | { readonly op: 'text'; readonly field: 'narrative' | 'content'; readonly text: string }
  /** This resource's type is one of these: lets one filter differ by type in a search over several. */
  | { readonly op: 'types'; readonly types: readonly string[] };

/** Everything: no condition. */
export const MATCH_ALL: Filter = { op: 'and', filters: [] };
/** Nothing. */
export const MATCH_NONE: Filter = { op: 'or', filters: [] };

/**
 * Of a resource's several values, the least counts ascending and the greatest descending. Strings compare folded, dates, numbers and
 * quantities by their lower bound, tokens by code, references by the target's id (or URL).
 */
export interface SortKey {
  /** A code that entries stand under; `_id` and `_lastUpdated` too. */
  readonly parameter: string;
  /** Further codes, whose values count as well. */
  readonly also?: readonly string[] | undefined;
  readonly type: Exclude<SearchParameterType, 'composite' | 'special'>;
  readonly descending: boolean;
}

/** `_include` (reverse false) or `_revinclude` (true). */
export interface Include {
  readonly reverse: boolean;
  /** The type that holds the reference. */
  readonly source: string;
  /** Search parameter codes of `source`; `*` has been spelled out. */
  readonly parameters: readonly string[];
  /** The types that may come in by it (forward: of the targets; reverse: `[source]`); undefined: any. */
  readonly targets?: readonly string[] | undefined;
  /** Applies to included resources too. */
  readonly iterate: boolean;
}

/** A search, parsed and typed, ready for any engine. */
export interface SearchQuery {
  /** The types searched; at least one. */
  readonly types: readonly string[];
  readonly filter: Filter;
  /** Ends in an order of the engine's own, so that it is total and stable. Missing values come last, in both directions. */
  readonly sort: readonly SortKey[];
  readonly includes: readonly Include[];
  /** Matches a page; 0: only the total is wanted. */
  readonly count: number;
  /** accurate: must be given; estimate: may stop counting early; none: given only when it costs nothing. */
  readonly total: 'none' | 'estimate' | 'accurate';
  /**
   * Must see every commit that was acknowledged before it began, whatever that costs: what conditional interactions need. Without it an
   * engine that indexes later may answer from a moment ago.
   */
  readonly upToDate?: boolean | undefined;
  /** Where the page starts: what an earlier page of the same search gave as `next`. */
  readonly cursor?: string | undefined;
}
