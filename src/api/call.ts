import type { JsonValue } from '../fhir/resource.ts';
import type { QueryPair } from '../fhir/search/search-context.ts';
import type { FhirRequest } from './http.ts';
import type { Preferences } from './negotiation/preferences.ts';
import type { Presentation } from './negotiation/presentation.ts';

/** What an interaction is told of its request, beside what the router found: an HTTP request's, or a Bundle entry's. */
export interface Call extends Pick<FhirRequest, 'method' | 'headers' | 'body'> {
  /** The URL's query as it came, without `?`. */
  readonly query: string;
  /** The same, decoded. */
  readonly parameters: readonly QueryPair[];
  readonly presentation: Presentation;
  readonly preferences: Preferences;
  /** Of the HTTP request itself; absent of a Bundle's entry. */
  readonly transport?: Pick<FhirRequest, 'remoteAddress' | 'stream'> | undefined;
  /** The body, where it is parsed already: an entry's resource. */
  readonly json?: JsonValue | undefined;
}
