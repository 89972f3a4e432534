import type { FhirVersion } from '../fhir/fhir-version.ts';
import type { IndexResource } from '../fhir/index/index-entry.ts';
import type { Resource } from '../fhir/resource.ts';
import type { Store } from './store.ts';

/** What full-text search finds a resource by. */
export interface FullText {
  /** The text of the narrative. */
  readonly narrative: string;
  /** All text of the resource, the narrative's too. */
  readonly content: string;
}

/** What an adapter is given of FHIR: how resources become what they are found by. */
export interface StorageParts {
  readonly fhirVersion: FhirVersion;
  /** Turns a resource into its index entries. */
  readonly index: IndexResource;
  /** What `_text` and `_content` search. */
  readonly fullText: (resource: Resource) => FullText;
  /** Systems whose codes differ by case. */
  readonly isCaseSensitive: (system: string) => boolean;
  /** Gets what fails beside the requests. */
  readonly report: (error: unknown) => void;
}

/** Opens an adapter of the storage port. */
export type OpenStorage = (parts: StorageParts) => Store | Promise<Store>;
