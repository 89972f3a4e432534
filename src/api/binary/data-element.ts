import type { FhirVersion } from '../../fhir/fhir-version.ts';
import type { JsonValue, Resource } from '../../fhir/resource.ts';

/** The element that holds a Binary's content: it has another name in each release. */
export function dataElement(version: FhirVersion): 'data' | 'content' {
  return version === '4.0.1' ? 'data' : 'content';
}

/** The base64 of a Binary that has its content within; undefined when that lies outside. */
export function inlineData(resource: Resource, version: FhirVersion): string | undefined {
  const data: JsonValue | undefined = resource[dataElement(version)];
  return typeof data === 'string' && data !== '' ? data : undefined;
}
