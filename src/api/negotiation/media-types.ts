import type { FhirVersion } from '../../fhir/fhir-version.ts';

/** What FHIR JSON is called (https://hl7.org/fhir/R4/http.html#mime-type), by the name a client may use, with the name to answer by. */
const JSON_TYPES: ReadonlyMap<string, string> = new Map([
  ['application/fhir+json', 'application/fhir+json; charset=utf-8'],
  ['application/json', 'application/json; charset=utf-8'],
  ['text/json', 'application/json; charset=utf-8'],
  ['json', 'application/fhir+json; charset=utf-8'],
  // The name of DSTU2, which clients still send.
  ['application/json+fhir', 'application/fhir+json; charset=utf-8'],
]);

/** What is answered when the client has no wish. */
export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** A media type with its parameters, names in lower case. */
export interface MediaType {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads `type/subtype; name=value`. What makes no sense matches nothing later. */
export function parseMediaType(text: string): MediaType {
  const [name = '', ...rest] = text.split(';');
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const value = parameter.slice(equals + 1).trim();
    parameters.set(parameter.slice(0, equals).trim().toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return { name: name.trim().toLowerCase(), parameters };
}

/** The type to answer with, for a name of FHIR JSON; undefined for any other. */
export function jsonAnswerType(name: string): string | undefined {
  return JSON_TYPES.get(name);
}

/** Whether `fhirVersion=4.0` (https://hl7.org/fhir/R4/http.html#version-parameter) is absent or the server's. */
export function isVersionServed({ parameters }: MediaType, version: FhirVersion): boolean {
  const asked = parameters.get('fhirversion');
  return (
    asked === undefined ||
    asked === version.slice(0, 3) ||
    asked === version ||
    (version === '3.0.1' && asked === '3.0.2')
  );
}
