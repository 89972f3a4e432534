/**
 * What a resource is found by: one entry for each value of each search parameter. Engines store entries and know nothing of FHIR
 * beyond them.
 *
 * `parameter` is the code that the values stand under: the search parameter's own, or one that it shares (see `SharedIndex`); or a code
 * derived from that: `subject:identifier` (the logical identifier of a reference, a token), `identifier:of-type` (a token with the system `system|type`
 * and the code = the identifier's value), `code-value-quantity$0` (a part of a composite).
 */
export type IndexEntry =
  | StringEntry
  | TokenEntry
  | ReferenceEntry
  | DateEntry
  | NumberEntry
  | QuantityEntry
  | UriEntry
  | PresentEntry;

interface EntryBase {
  readonly parameter: string;
  /** Parts of a composite that come from one element share a number from 1 up; 0 for all other entries. */
  readonly group: number;
}

export interface StringEntry extends EntryBase {
  readonly kind: 'string';
  readonly text: string;
}

export interface TokenEntry extends EntryBase {
  readonly kind: 'token';
  /** Empty when the value has none. */
  readonly system: string;
  /** Empty when the value has none (a CodeableConcept with only text). */
  readonly code: string;
  /** What `:text` searches: the concept's text, the coding's display, the identifier type's text; several joined by a line feed. */
  readonly text?: string | undefined;
}

export interface ReferenceEntry extends EntryBase {
  readonly kind: 'reference';
  /** A reference to a resource here: its type and id. */
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  /** A reference to anything else, or a canonical (without its version): its URL. */
  readonly url?: string | undefined;
  /** The version that a canonical names after `|`. */
  readonly version?: string | undefined;
}

export interface DateEntry extends EntryBase {
  readonly kind: 'date';
  /** ms since the epoch, the first that the value covers; -Infinity when open. */
  readonly low: number;
  /** ms since the epoch, the first after the value; Infinity when open. */
  readonly high: number;
}

/** A point (`low === high`) or a Range. */
export interface NumberEntry extends EntryBase {
  readonly kind: 'number';
  readonly low: number;
  readonly high: number;
}

export interface QuantityEntry extends EntryBase {
  readonly kind: 'quantity';
  readonly low: number;
  readonly high: number;
  readonly system: string;
  readonly code: string;
  readonly unit: string;
  /** The same value in UCUM base units, where the unit is UCUM and known. */
  readonly canonical?: { readonly low: number; readonly high: number; readonly unit: string } | undefined;
}

export interface UriEntry extends EntryBase {
  readonly kind: 'uri';
  readonly uri: string;
}

/** The parameter's element is there but gives no value to search by (a reference with only a display): `:missing` must see it. */
export interface PresentEntry extends EntryBase {
  readonly kind: 'present';
}

/** Turns a resource into its entries; never throws on a malformed resource. */
export type IndexResource = (resource: import('../resource.ts').Resource) => readonly IndexEntry[];
