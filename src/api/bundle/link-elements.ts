import type { Definitions } from '../../fhir/definitions/definitions.ts';
import { isJsonObject, type JsonObject, type Resource } from '../../fhir/resource.ts';

/**
 * Types whose values may be links to resources; "elements of type canonical are not replaced"
 * (https://hl7.org/fhir/R4/http.html#trules). STU3, which has no canonicals, has `uri` for them.
 */
const LINKS: ReadonlySet<string> = new Set(['uri', 'oid', 'uuid', 'url']);

/** Tells which properties of a resource hold links that a transaction replaces. */
export type IsLink = (holder: JsonObject, name: string, isName: boolean) => boolean;

/**
 * Looks at the types of a resource's elements: the same text is a link in `valueUri` and must stay in `valueString`. To be called for the
 * few resources where something like a link was found.
 */
export function linkElements(definitions: Definitions, resource: Resource): IsLink {
  const types = elementTypes(definitions, resource);
  return (holder, name, isName) => {
    const holderType = types.get(holder);
    const type = holderType === undefined ? undefined : definitions.property(holderType, name)?.type;
    if (type === undefined || !LINKS.has(type)) return false;
    // The definition of an extension and what a resource calls itself are names, whatever they are equal to.
    if (name === 'url' && (holderType === 'Extension' || holder.resourceType !== undefined)) return false;
    // A uri may also be a name, which is nobody's address.
    return !(isName && type === 'uri');
  };
}

/** The FHIR types of all objects in a resource. */
function elementTypes(definitions: Definitions, resource: Resource): ReadonlyMap<JsonObject, string> {
  const types = new Map<JsonObject, string>([[resource, resource.resourceType]]);
  // What is added on the way is visited too.
  for (const [object, type] of types) {
    for (const [name, value] of Object.entries(object)) {
      const element = name.startsWith('_') ? 'Element' : definitions.property(type, name)?.type;
      if (element === undefined) continue;
      for (const item of Array.isArray(value) ? value : [value]) {
        if (!isJsonObject(item)) continue;
        types.set(item, typeof item.resourceType === 'string' ? item.resourceType : element);
      }
    }
  }
  return types;
}
