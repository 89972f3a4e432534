import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';
import type { JsonValue, Resource } from '../../fhir/resource.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The element that holds a Binary's content: it has another name in each release. */
export function dataElement(version: FhirVersion): 'data' | 'content' {
  return version === '4.0.1' ? 'data' : 'content';
}

/** The base64 of a Binary that has its content within; undefined when that lies outside. */
export function inlineData(resource: Resource, version: FhirVersion): string | undefined {
  const data: JsonValue | undefined = resource[dataElement(version)];
  return typeof data === 'string' && data !== '' ? data : undefined;
}

/**
 * Holds a Binary to what it must be before it is stored (https://hl7.org/fhir/R4/binary.html).
 *
 * @param inlineBytes the largest content that it may have within
 * @throws FhirError 400, 413, with the element at fault
 */
export function checkBinary(resource: Resource, version: FhirVersion, inlineBytes: number): void {
  const { contentType } = resource;
  if (typeof contentType !== 'string' || !/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[\x20-\x7e]*)?$/.test(contentType)) {
    throw badRequest('required', 'A Binary needs the media type of its content, such as image/png.', {
      expression: 'Binary.contentType',
    });
  }
  const element = dataElement(version);
  const data = resource[element];
  if (data === undefined) return;
  // White space may stand in base64 (https://hl7.org/fhir/R4/datatypes.html#base64Binary).
  const text = typeof data === 'string' ? data.replace(/\s+/g, '') : undefined;
  if (text === undefined || !BASE64.test(text)) {
    throw badRequest('value', `"${element}" is not base64.`, { expression: `Binary.${element}` });
  }
  if ((text.length / 4) * 3 > inlineBytes + 2) {
    const says = `"${element}" holds more than ${inlineBytes} bytes. Create the Binary without it, and PUT the bytes to the URL that the answer gives.`;
    throw new FhirError(413, 'too-long', says, { expression: `Binary.${element}` });
  }
}
