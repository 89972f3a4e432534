import { Decimal } from './json/decimal.ts';

/** A value of a parsed FHIR JSON document. Numbers that a double would alter are held as {@link Decimal}. */
export type JsonValue = string | number | boolean | null | Decimal | JsonValue[] | JsonObject;

/** An object of a parsed FHIR JSON document. */
export interface JsonObject {
  [name: string]: JsonValue | undefined;
}

/** A resource as it was parsed; only its type is known to be right. */
export interface Resource extends JsonObject {
  resourceType: string;
  id?: string;
}

/** True of a JSON object: not null, not an array, not a {@link Decimal}. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
}
