import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { FhirError } from '../../fhir/operation-outcome.ts';
import type { FhirRequest } from '../http.ts';
import { isVersionServed, jsonAnswerType, parseMediaType } from './media-types.ts';

/** Holds a body to FHIR JSON in UTF-8; one without `Content-Type` is taken for that. @throws FhirError 415 */
export function requireJson({ headers }: Pick<FhirRequest, 'headers'>, version: FhirVersion): void {
  requirePlain(headers);
  const header = headers['content-type'];
  if (header === undefined || header === '' || header === 'application/fhir+json' || header === 'application/json')
    return;
  const mediaType = parseMediaType(header);
  if (jsonAnswerType(mediaType.name) === undefined) {
    throw unsupported('The body\'s "Content-Type" is not served here. Send JSON, as application/fhir+json.');
  }
  requireUtf8(mediaType.parameters.get('charset'));
  if (!isVersionServed(mediaType, version))
    throw unsupported(`The body is of another FHIR version; this server speaks ${version}.`);
}

/** Holds a body to a form, as a search by POST has it (https://hl7.org/fhir/R4/http.html#search). @throws FhirError 415 */
export function requireForm({ headers }: Pick<FhirRequest, 'headers'>): void {
  requirePlain(headers);
  const { name, parameters } = parseMediaType(headers['content-type'] ?? '');
  if (name !== 'application/x-www-form-urlencoded') {
    throw unsupported('The body of a search has the "Content-Type" application/x-www-form-urlencoded.');
  }
  requireUtf8(parameters.get('charset'));
}

function requirePlain(headers: FhirRequest['headers']): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw unsupported('The body has a "Content-Encoding"; send it as it is.');
}

function requireUtf8(charset: string | undefined): void {
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw unsupported('The body is in another character set; FHIR is UTF-8.');
}

function unsupported(text: string): FhirError {
  return new FhirError(415, 'not-supported', text);
}
