import type { Definitions } from '../definitions/definitions.ts';
import type { Issue } from '../operation-outcome.ts';
import type { CodeSet, Terminology } from '../terminology/terminology.ts';
import type { SearchQuery } from './search-query.ts';

/** A name and a value of a query string, both decoded. */
export type QueryPair = readonly [name: string, value: string];

/** What is searched, as the URL says it. */
export interface SearchInput {
  /** Undefined: a search across types. */
  readonly type?: string | undefined;
  /** The search is within this resource's compartment. */
  readonly compartment?: { readonly type: string; readonly id: string } | undefined;
  /** In the order in which they came. */
  readonly parameters: readonly QueryPair[];
  /** What becomes of parameters that are not known (https://hl7.org/fhir/R4/search.html#errors): strict refuses, lenient ignores them. */
  readonly handling: 'strict' | 'lenient';
}

/** Compares quantities across units. */
export interface UnitConverter {
  /** The value in UCUM base units; undefined when the unit is not known. */
  canonical(value: number, unit: string): { readonly value: number; readonly unit: string } | undefined;
}

/** What searches are parsed with. */
export interface SearchContext {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  readonly units: UnitConverter;
  /** The service base URL, without a trailing slash: absolute references below it are local ones. */
  readonly baseUrl: string;
  /** ms since the epoch: what `ap` measures the distance of dates from. */
  readonly now: () => number;
  readonly limits: { readonly defaultCount: number; readonly maxCount: number };
  /** The codes of a value set that is stored here, by URL or as `ValueSet/id`; undefined when it can't be enumerated. */
  readonly resolveValueSet?: ((reference: string) => Promise<CodeSet | undefined>) | undefined;
  /** Types that the caller may not read never appear in chains, `_has`, includes and searched types. Absent: all may be read. */
  readonly readable?: ((type: string) => boolean) | undefined;
}

/** `_summary` (https://hl7.org/fhir/R4/search.html#summary). */
export type Summary = 'true' | 'text' | 'data' | 'count' | 'false';

/** A search, understood. */
export interface ParsedSearch {
  readonly query: SearchQuery;
  /** The parameters that took effect, in the order in which they came: those of the self link. `_count` is the one in effect. */
  readonly understood: readonly QueryPair[];
  /** What was ignored, under lenient handling. */
  readonly issues: readonly Issue[];
  readonly summary?: Summary | undefined;
  /** `_elements`: names of top-level elements. */
  readonly elements?: readonly string[] | undefined;
}
