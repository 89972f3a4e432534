/** The formats of the generated tables. `src` has types of its own for what it makes of them; these say what the files hold. */

export type FhirVersion = 'r4' | 'stu3';

export interface RawElement {
  /** Types: primitives, complex types, the path of a backbone type, "Resource", or one resource type. */
  t: string[];
  /** An array in JSON: max is not "1". */
  a?: 1;
  /** Required: min is 1 or more. */
  m?: 1;
  /** In the summary. */
  s?: 1;
  /** A choice: "value[x]" is stored as "value", in JSON it is "value" + the type with its first letter in upper case. */
  x?: 1;
  /** A modifier element. */
  mod?: 1;
  /** Target types of a Reference or canonical; none: any. */
  r?: string[];
  /** Binding: strength and value set, without version. Weaker strengths are left out. */
  b?: ['required' | 'extensible', string];
  /** The upper limit, if it is a number above 1. */
  max?: number;
}

export interface RawType {
  kind: 'resource' | 'complex' | 'backbone' | 'abstract';
  /** Its elements come first, in their order; an element given here too replaces the inherited one in its place. */
  base?: string;
  elements: Record<string, RawElement>;
}

export interface RawPrimitive {
  /** As published: to be anchored at both ends. */
  regex?: string;
}

export type SearchType =
  | 'string'
  | 'token'
  | 'reference'
  | 'date'
  | 'number'
  | 'quantity'
  | 'uri'
  | 'composite'
  | 'special';

export interface RawSearchComponent {
  code: string;
  type: SearchType;
  /** Relative to each node of the composite's own expression. */
  expression: string;
}

export interface RawSearchParameter {
  type: SearchType;
  /** None: the server answers by other means than an element (_text, _content, _list, _query, _type). */
  expression?: string;
  /** Resource types a reference may point to; none: any. */
  target?: string[];
  components?: RawSearchComponent[];
  url?: string;
}

/** Code, display ("" if it has none), depth (absent: 0), 1 if abstract. A string is a code without any of these. */
export type RawConcept = string | [code: string, display: string, depth?: number, abstract?: 1];

export interface RawCodeSystem {
  /** Codes are case sensitive. */
  cs?: 1;
  /** The content is not complete: codes cannot be checked, and are left out. */
  n?: 1;
  /** Depth first, each concept before its children. */
  codes?: RawConcept[];
  /** Further parents, by child: those that the order and depth of `codes` cannot say. */
  parents?: Record<string, string[]>;
}

export interface RawInclude {
  system?: string;
  codes?: string[];
  valueSets?: string[];
  filters?: [property: string, op: string, value: string][];
}

export interface RawValueSet {
  include: RawInclude[];
  exclude?: RawInclude[];
}

/** One search parameter as the sources have it, before it is split among its bases. */
export interface PublishedParameter {
  code: string;
  bases: string[];
  type: SearchType;
  expression?: string;
  target?: string[];
  components?: RawSearchComponent[];
  url?: string;
}

/** An annotation in a Java class file. */
export interface Annotation {
  type: string;
  values: Record<string, AnnotationValue>;
}

export type AnnotationValue = string | number | { class: string } | Annotation | AnnotationValue[];

/* What is read of the sources: only the fields used here. */

export interface SourceElement {
  id: string;
  path: string;
  min?: number;
  max?: string;
  contentReference?: string;
  isSummary?: boolean;
  isModifier?: boolean;
  sliceName?: string;
  type?: {
    code?: string;
    targetProfile?: string | string[];
    extension?: { url: string; valueUrl?: string; valueString?: string }[];
  }[];
  binding?: {
    strength: string;
    valueSet?: string;
    valueSetUri?: string;
    valueSetReference?: { reference: string };
  };
}

export interface SourceStructure {
  resourceType: 'StructureDefinition';
  id: string;
  type: string;
  kind: 'resource' | 'complex-type' | 'primitive-type' | 'logical';
  abstract: boolean;
  derivation?: 'specialization' | 'constraint';
  baseDefinition?: string;
  snapshot: { element: SourceElement[] };
}

export interface SourceSearchParameter {
  resourceType: 'SearchParameter';
  id: string;
  url: string;
  code: string;
  base: string[];
  type: SearchType;
  expression?: string;
  target?: string[];
  component?: { definition: string; expression: string }[];
}

export interface SourceCapability {
  resourceType: 'CapabilityStatement';
  id: string;
  rest: { resource: { type: string; searchParam?: { name: string; type: SearchType; definition?: string }[] }[] }[];
}

export interface SourceCompartment {
  resourceType: 'CompartmentDefinition';
  code: string;
  resource: { code: string; param?: string[] }[];
}

export interface SourceConcept {
  code: string;
  display?: string;
  concept?: SourceConcept[];
  property?: { code: string; valueCode?: string; valueBoolean?: boolean }[];
}

export interface SourceCodeSystem {
  resourceType: 'CodeSystem';
  url: string;
  caseSensitive?: boolean;
  content: string;
  concept?: SourceConcept[];
}

export interface SourceInclude {
  system?: string;
  concept?: { code: string }[];
  valueSet?: string[];
  filter?: { property: string; op: string; value: string }[];
}

export interface SourceValueSet {
  resourceType: 'ValueSet';
  url: string;
  compose: { include: SourceInclude[]; exclude?: SourceInclude[] };
}

export type SourceResource =
  | SourceStructure
  | SourceSearchParameter
  | SourceCapability
  | SourceCompartment
  | SourceCodeSystem
  | SourceValueSet;
