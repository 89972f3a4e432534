import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';
import type { JsonValue, Resource } from '../../fhir/resource.ts';
import { withoutUrls } from './content-extensions.ts';
import { dataElement } from './data-element.ts';

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[\x20-\x7e]*)?$/;

/**
 * Holds a Binary to what it must be before it is stored (https://hl7.org/fhir/R4/binary.html), and takes out what the server itself adds when
 * it shows one.
 *
 * @param inlineBytes the largest content that it may have within
 * @throws FhirError 400, 413, with the element at fault
 */
export function checkBinary(resource: Resource, version: FhirVersion, inlineBytes: number): Resource {
  requireMediaType(resource.contentType);
  const element = dataElement(version);
  const data = resource[element];
  if (data !== undefined) checkData(data, element, inlineBytes);
  return withoutUrls(resource, version);
}

/** @throws FhirError 400 */
export function requireMediaType(contentType: JsonValue | undefined): asserts contentType is string {
  if (typeof contentType === 'string' && MEDIA_TYPE.test(contentType)) return;
  const code = contentType === undefined ? 'required' : 'value';
  throw badRequest(code, 'A Binary needs the media type of its content, such as image/png.', {
    expression: 'Binary.contentType',
  });
}

function checkData(data: JsonValue, element: string, inlineBytes: number): void {
  const expression = `Binary.${element}`;
  // White space may stand in base64 (https://hl7.org/fhir/R4/datatypes.html#base64Binary).
  const text = typeof data === 'string' ? data.replace(/\s+/g, '') : '';
  const digits = text.replace(/={1,2}$/, '');
  // No one pattern for the whole: over megabytes it would run out of room to go back.
  if (text === '' || text.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(digits)) {
    throw badRequest('value', `"${element}" is not base64.`, { expression });
  }
  if (Math.floor((digits.length * 3) / 4) <= inlineBytes) return;
  const says = `"${element}" holds more than ${inlineBytes} bytes. Create the Binary without it, and PUT the bytes to the URL that the answer gives.`;
  throw new FhirError(413, 'too-long', says, { expression });
}
