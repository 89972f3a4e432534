import { isJsonObject, type JsonValue, type Resource } from '../resource.ts';

/** Where a reference leads: to a resource here, or to a URL. */
export type ReferenceTarget =
  | { readonly type: string; readonly id: string; readonly url?: undefined }
  | { readonly url: string; readonly type?: undefined; readonly id?: undefined };

/** Tells the target of a reference's text; undefined for a contained resource (`#x`) and for an empty text. */
export type ParseReference = (text: string) => ReferenceTarget | undefined;

/** https://hl7.org/fhir/R4/datatypes.html#id */
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** `[type, id]` of `Type/id` or `Type/id/_history/n`, the text from `start` on. */
function typeAndId(text: string, start: number): readonly [type: string, id: string] | undefined {
  const slash = text.indexOf('/', start);
  if (slash <= start) return undefined;
  const end = text.indexOf('/', slash + 1);
  if (end >= 0 && !text.startsWith('/_history/', end)) return undefined;
  const id = end < 0 ? text.slice(slash + 1) : text.slice(slash + 1, end);
  return ID.test(id) ? [text.slice(start, slash), id] : undefined;
}

/** An absolute URL without the version of a resource; the text itself when it has none. */
function withoutHistory(text: string): string {
  const history = text.indexOf('/_history/');
  return history < 0 ? text : text.slice(0, history);
}

/**
 * Makes the parser of reference texts (https://hl7.org/fhir/R4/references.html#literal). Relative ones and those below `baseUrl` are
 * local; versions of resources are left out; anything else is its own URL.
 */
export function createParseReference(
  isResourceType: (name: string) => boolean,
  baseUrl: string | undefined,
): ParseReference {
  const base = baseUrl === undefined ? undefined : `${baseUrl.replace(/\/+$/, '')}/`;
  return (text) => {
    if (text === '' || text.startsWith('#')) return undefined;
    const start = base !== undefined && text.startsWith(base) ? base.length : 0;
    const [type, id] = typeAndId(text, start) ?? [];
    if (type !== undefined && id !== undefined && isResourceType(type)) return { type, id };
    return { url: withoutHistory(text) };
  };
}

/**
 * The resource type that a Reference leads to, as far as it says itself: what search expressions mean by `resolve() is T`.
 * A contained resource is looked up; `Reference.type` counts where the text does not tell (urn:uuid, or only an identifier).
 */
export function referencedType(value: JsonValue, resource: Resource): string | undefined {
  const text = isJsonObject(value) ? value.reference : value;
  if (typeof text === 'string' && text.startsWith('#')) return containedType(text.slice(1), resource);
  const named = typeof text === 'string' ? typeInUrl(text) : undefined;
  if (named !== undefined) return named;
  const type = isJsonObject(value) ? value.type : undefined;
  return typeof type === 'string' ? type.slice(type.lastIndexOf('/') + 1) : undefined;
}

function containedType(id: string, resource: Resource): string | undefined {
  if (id === '') return resource.resourceType;
  const contained = resource.contained;
  if (!Array.isArray(contained)) return undefined;
  for (const one of contained) {
    if (!isJsonObject(one) || one.id !== id) continue;
    const type = one.resourceType;
    return typeof type === 'string' ? type : undefined;
  }
  return undefined;
}

/** `Patient` of `Patient/1` and `https://example.org/fhir/Patient/1/_history/2`. */
function typeInUrl(text: string): string | undefined {
  const url = withoutHistory(text);
  const idAt = url.lastIndexOf('/');
  if (idAt <= 0) return undefined;
  const type = url.slice(url.lastIndexOf('/', idAt - 1) + 1, idAt);
  return /^[A-Z][A-Za-z]+$/.test(type) ? type : undefined;
}
