import type { FhirVersion } from '../fhir-version.ts';
import type { SharedIndex } from './shared-index.ts';

/** The kinds of search parameters (http://hl7.org/fhir/search-param-type). */
export type SearchParameterType =
  | 'string'
  | 'token'
  | 'reference'
  | 'date'
  | 'number'
  | 'quantity'
  | 'uri'
  | 'composite'
  | 'special';

/** One part of a composite search parameter. */
export interface SearchParameterComponent {
  readonly code: string;
  readonly type: SearchParameterType;
  /** FHIRPath, relative to each element that the composite's own expression gives. */
  readonly expression: string;
}

/** A search parameter, as it stands for one resource type. */
export interface SearchParameter {
  readonly code: string;
  readonly type: SearchParameterType;
  /** FHIRPath; absent for parameters that no element carries, `_content` for one. */
  readonly expression?: string | undefined;
  /** The types a reference may lead to; absent when any. */
  readonly target?: readonly string[] | undefined;
  readonly components?: readonly SearchParameterComponent[] | undefined;
  /** Canonical URL of the definition. */
  readonly url?: string | undefined;
}

/** An element of a type. */
export interface ElementDefinition {
  readonly name: string;
  /** FHIR type names; a backbone element's is its path, `Patient.contact`. More than one only for a choice (`value[x]`, named `value`). */
  readonly types: readonly string[];
  readonly array: boolean;
  readonly required: boolean;
  readonly summary: boolean;
  readonly choice: boolean;
  readonly modifier: boolean;
  /** What a Reference may point to; absent when anything. */
  readonly targets?: readonly string[] | undefined;
  /** Binding strength (required or extensible) and value set URL. */
  readonly binding?: readonly [strength: string, valueSet: string] | undefined;
}

/** A resource, data type or backbone element, with inherited elements included. */
export interface TypeDefinition {
  readonly name: string;
  readonly kind: 'resource' | 'complex' | 'backbone' | 'abstract';
  /** By name as defined, in the specification's order; a choice under its bare name. */
  readonly elements: ReadonlyMap<string, ElementDefinition>;
}

/** A property of a JSON object resolved: `valueQuantity` is the element `value` with the type `Quantity`. */
export interface ResolvedElement {
  readonly element: ElementDefinition;
  readonly type: string;
}

/** What one FHIR release defines. Everything is loaded when first asked for. */
export interface Definitions {
  readonly version: FhirVersion;
  /** Concrete resource types, sorted. */
  readonly resourceTypes: readonly string[];
  isResourceType(name: string): boolean;
  /** A resource, complex data type or backbone path; undefined for primitives and unknown names. */
  type(name: string): TypeDefinition | undefined;
  /** The element that a JSON property of a type stands for; `_birthDate` is not resolved. */
  property(type: string, property: string): ResolvedElement | undefined;
  /** All search parameters of a resource type, those of Resource and DomainResource included, sorted by code. */
  searchParameters(type: string): readonly SearchParameter[];
  searchParameter(type: string, code: string): SearchParameter | undefined;
  /** The types of the elements that a search parameter is about, as far as its expression is a plain path. */
  elementTypes(type: string, code: string): ReadonlySet<string>;
  /** What the search parameters of a resource type have in common. */
  sharedIndex(type: string): SharedIndex;
  /** Parameters defined for every resource type: `_id`, `_lastUpdated`, `_tag` … */
  readonly commonSearchParameters: readonly SearchParameter[];
  /** The types that define compartments: Patient, Practitioner, Encounter, RelatedPerson, Device. */
  readonly compartmentTypes: readonly string[];
  /** The parameters by which a resource of `type` is in a compartment; undefined when it can't be. */
  compartmentParameters(compartment: string, type: string): readonly string[] | undefined;
}
