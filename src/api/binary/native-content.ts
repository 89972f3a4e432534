import type { FhirRequest } from '../http.ts';
import { jsonAnswerType, parseMediaType } from '../negotiation/media-types.ts';

/** Names of FHIR's formats, served here or not: who asks for one wants the resource. */
const FHIR_FORMAT =
  /^(application\/fhir\+(json|xml|turtle)|application\/(json|xml)(\+fhir)?|text\/(json|xml|turtle)|json|xml|ttl)$/;

/**
 * Whether a reader of a Binary wants its content, and not the resource: whenever neither `_format` nor `Accept` names a format of FHIR
 * (https://hl7.org/fhir/R4/binary.html#rest). Browsers, and `curl` without a word about it, get the content.
 */
export function wantsContent({ headers }: Pick<FhirRequest, 'headers'>, format: string | undefined): boolean {
  if (format !== undefined) return false;
  const { accept } = headers;
  if (accept === undefined || accept === '') return false;
  return !accept.split(',').some((range) => FHIR_FORMAT.test(parseMediaType(range).name));
}

/** Whether the body of a create or update of a Binary is its content, and not the resource. */
export function isContent({ headers }: Pick<FhirRequest, 'headers'>): boolean {
  const type = headers['content-type'];
  if (type === undefined || type === '') return false;
  const { name } = parseMediaType(type);
  return jsonAnswerType(name) === undefined && !FHIR_FORMAT.test(name);
}
