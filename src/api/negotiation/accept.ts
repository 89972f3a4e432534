import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { FhirError } from '../../fhir/operation-outcome.ts';
import { FHIR_JSON, isVersionServed, jsonAnswerType, parseMediaType } from './media-types.ts';

/**
 * The content type of the answer, from `_format` or, without that, from `Accept` (https://hl7.org/fhir/R4/http.html#mime-type).
 *
 * @throws FhirError 406 when there is no JSON among what is asked for.
 */
export function negotiate(accept: string | undefined, format: string | undefined, version: FhirVersion): string {
  if (format !== undefined) return formatType(format, version);
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/fhir+json') return FHIR_JSON;
  return jsonAnswerType(accept) ?? acceptedType(accept, version);
}

/** `_format=application/fhir+json`: a "+" that was not encoded has become a space. */
function formatType(format: string, version: FhirVersion): string {
  const mediaType = parseMediaType(format.replace(/\b (?=[a-z])/gi, '+'));
  const type = isVersionServed(mediaType, version) ? jsonAnswerType(mediaType.name) : undefined;
  if (type === undefined) throw notAcceptable('"_format"', version);
  return type;
}

/** The best of the ranges in `Accept` that are served: by quality, then by order. */
function acceptedType(accept: string, version: FhirVersion): string {
  let best: string | undefined;
  let bestQuality = 0;
  for (const range of accept.split(',')) {
    const mediaType = parseMediaType(range);
    const type = isVersionServed(mediaType, version) ? rangeType(mediaType.name) : undefined;
    const quality = parseQuality(mediaType.parameters.get('q'));
    if (type !== undefined && quality > bestQuality) [best, bestQuality] = [type, quality];
  }
  if (best === undefined) throw notAcceptable('"Accept"', version);
  return best;
}

function rangeType(name: string): string | undefined {
  return name === '*/*' || name === 'application/*' || name === '*' ? FHIR_JSON : jsonAnswerType(name);
}

function parseQuality(text: string | undefined): number {
  const quality = text === undefined ? 1 : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function notAcceptable(by: string, version: FhirVersion): FhirError {
  const text = `${by} asks for what is not served here: answers are JSON of FHIR ${version}. Ask for application/fhir+json.`;
  return new FhirError(406, 'not-supported', text);
}
