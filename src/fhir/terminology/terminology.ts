/** A set of codes, by system; `codes` undefined: all of the system. */
export type CodeSet = readonly { readonly system: string; readonly codes?: readonly string[] | undefined }[];

/** Value sets and code systems at hand: those of the specification, loaded when first asked for. */
export interface Terminology {
  /** The codes of a value set (URL, with or without `|version`); undefined when it is not known or can't be enumerated here. */
  expand(valueSetUrl: string): CodeSet | undefined;
  /** Expands a ValueSet resource (its `expansion`, else its `compose` over what is at hand). */
  expandResource(valueSet: import('../resource.ts').Resource): CodeSet | undefined;
  /** The code itself and all below (or above) it; undefined when the system or the code is not known here. */
  below(system: string, code: string): readonly string[] | undefined;
  above(system: string, code: string): readonly string[] | undefined;
  /** Known to tell upper from lower case. FHIR says to ignore case when in doubt (https://hl7.org/fhir/R4/search.html#token). */
  isCaseSensitive(system: string): boolean;
}
