import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../resource.ts';

/** Told of each reference: `holder[property]` is `value`, and may be replaced at once. */
export type VisitReference = (holder: JsonObject, property: string, value: string) => void;

/**
 * Visits each `Reference.reference` of a resource and of those within it, in no particular order. Goes by the property's name: what
 * else is called so (`Expression.reference` …) is a URI, to be rewritten in a transaction as well
 * (https://hl7.org/fhir/R4/http.html#trules), save `DetectedIssue.reference` and the like, a resource's own.
 *
 * @example forEachReference(resource, (holder, property, value) => { holder[property] = located.get(value) ?? value; });
 */
export function forEachReference(resource: Resource, visit: VisitReference): void {
  // A stack of its own: a resource may be nested deeper than calls can be.
  const waiting: (JsonObject | JsonValue[])[] = [resource];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) {
      for (const item of next) if (isNested(item)) waiting.push(item);
    } else {
      visitObject(next, visit, waiting);
    }
  }
}

function visitObject(object: JsonObject, visit: VisitReference, waiting: (JsonObject | JsonValue[])[]): void {
  for (const name in object) {
    const value = object[name];
    if (typeof value === 'string') {
      if (name === 'reference' && typeof object.resourceType !== 'string') visit(object, name, value);
    } else if (isNested(value)) {
      waiting.push(value);
    }
  }
}

function isNested(value: JsonValue | undefined): value is JsonObject | JsonValue[] {
  return Array.isArray(value) || isJsonObject(value);
}
