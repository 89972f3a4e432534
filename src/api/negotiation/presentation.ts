import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { badRequest } from '../../fhir/operation-outcome.ts';
import type { QueryPair, Summary } from '../../fhir/search/search-context.ts';
import type { FhirRequest } from '../http.ts';
import type { InteractionName } from '../interactions/interaction.ts';
import { negotiate } from './accept.ts';
import { FHIR_JSON } from './media-types.ts';

/** How an answer is written. */
export interface Presentation {
  /** Content type of the answer. */
  readonly contentType: string;
  readonly pretty: boolean;
  /** `false` has become undefined. */
  readonly summary?: Exclude<Summary, 'false'> | undefined;
  /** Names of top-level elements; undefined: all. */
  readonly elements?: readonly string[] | undefined;
}

/** As it is stored: what entries of a Bundle are, and answers without wishes. */
export const PLAIN: Presentation = { contentType: FHIR_JSON, pretty: false };

const SUMMARIES: ReadonlySet<string> = new Set(['true', 'text', 'data', 'count', 'false']);

/**
 * Reads `_format`, `_pretty`, `_summary` and `_elements` (https://hl7.org/fhir/R4/http.html#parameters), and `Accept`.
 *
 * @throws FhirError 406 for a format that is not served, 400 for a value that is none.
 */
export function parsePresentation(
  headers: FhirRequest['headers'],
  pairs: readonly QueryPair[],
  version: FhirVersion,
): Presentation {
  const value = (name: string) => pairs.find((pair) => pair[0] === name)?.[1];
  const summary = value('_summary');
  if (summary !== undefined && !isSummary(summary)) {
    throw badRequest('value', `"_summary" is one of ${[...SUMMARIES].join(', ')}.`);
  }
  const pretty = value('_pretty');
  const elements = value('_elements')
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    contentType: negotiate(headers.accept, value('_format'), version),
    pretty: pretty !== undefined && pretty !== 'false',
    summary: summary === 'false' ? undefined : summary,
    elements: elements?.length === 0 ? undefined : elements,
  };
}

/** Holds `_summary=count` to searches: nothing else has a count (https://hl7.org/fhir/R4/search.html#summary). @throws FhirError 400 */
export function requireSummary({ summary }: Presentation, interaction: InteractionName): void {
  if (summary === 'count' && !interaction.startsWith('search-')) {
    throw badRequest('value', '"_summary=count" is for searches only.');
  }
}

/** Whether stored bytes can be the answer as they are. */
export function isVerbatim({ pretty, summary, elements }: Presentation): boolean {
  return !pretty && summary === undefined && elements === undefined;
}

function isSummary(text: string): text is Summary {
  return SUMMARIES.has(text);
}
