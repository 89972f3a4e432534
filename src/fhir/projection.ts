import type { Definitions, ElementDefinition } from './definitions/definitions.ts';
import type { FhirVersion } from './fhir-version.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from './resource.ts';
import type { Summary } from './search/search-context.ts';

/** Which part of a resource is asked for. */
export interface Projection {
  /** `_summary`; `count` and `false` leave a resource as it is. */
  readonly summary?: Summary | undefined;
  /** `_elements`: names of elements (`name`), paths (`name.family`), either with a type before them (`Patient.name`). */
  readonly elements?: readonly string[] | undefined;
}

/** What is kept of an element: all of it, or of its children what the next selection says; undefined: nothing. */
type Kept = 'whole' | Selection | undefined;
type Selection = (element: ElementDefinition, property: string) => Kept;

/** Names of elements as a tree. */
interface Wanted extends ReadonlyMap<string, Wanted | 'whole'> {}

/**
 * The part of a resource that `_summary` (https://hl7.org/fhir/R4/search.html#summary) or `_elements`
 * (https://hl7.org/fhir/R4/search.html#elements) asks for, tagged SUBSETTED so that no one mistakes it for the whole; the resource itself
 * where all of it is asked for. With both, what both leave. The resource is not changed, and shares with the result what is in both.
 */
export function project(resource: Resource, { summary, elements }: Projection, definitions: Definitions): Resource {
  const wanted = elements && wantedOf(elements, resource.resourceType);
  let part = summarized(resource, summary, definitions);
  if (wanted !== undefined)
    part = selected(part, (element, property) => topLevel(element, property, wanted), definitions);
  return part === resource ? resource : tagged(part, definitions.version);
}

function summarized(resource: Resource, summary: Summary | undefined, definitions: Definitions): Resource {
  switch (summary) {
    case 'true':
      return selected(resource, inSummary, definitions);
    case 'text':
      return selected(resource, inText, definitions);
    case 'data': {
      const { text: _, ...data } = resource;
      return { ...data, resourceType: resource.resourceType };
    }
  }
  return resource;
}

/** The summary at every depth. What is mandatory stays, or the rest would be invalid; so does what changes the meaning of the rest. */
const inSummary: Selection = (element) => (element.summary || isIndispensable(element) ? inSummary : undefined);

const inText: Selection = ({ name, required }) =>
  required || name === 'text' || name === 'id' || name === 'meta' ? 'whole' : undefined;

function isIndispensable({ required, modifier }: ElementDefinition): boolean {
  return required || modifier;
}

function topLevel(element: ElementDefinition, property: string, wanted: Wanted): Kept {
  return element.name === 'id' || element.name === 'meta' ? 'whole' : within(element, property, wanted);
}

function within(element: ElementDefinition, property: string, wanted: Wanted): Kept {
  // A choice may be named as in JSON, as in FHIRPath, or as in the specification.
  const found = wanted.get(property) ?? wanted.get(element.name) ?? wanted.get(`${element.name}[x]`);
  if (found === undefined) return isIndispensable(element) ? 'whole' : undefined;
  return found === 'whole' ? found : (child, name) => within(child, name, found);
}

/** The names that are meant for a type; undefined when none is, and none restricts it. */
function wantedOf(elements: readonly string[], type: string): Wanted | undefined {
  const paths = elements
    .map((name) => name.split('.'))
    .filter(([first = '']) => first === type || !/^[A-Z]/.test(first))
    .map((path) => (path[0] === type ? path.slice(1) : path));
  return paths.length === 0 || paths.some((path) => path.length === 0) ? undefined : treeOf(paths);
}

function treeOf(paths: readonly (readonly string[])[]): Wanted {
  const tree = new Map<string, Wanted | 'whole'>();
  for (const [name = ''] of paths) {
    if (tree.has(name)) continue;
    const rests = paths.filter(([first]) => first === name).map((path) => path.slice(1));
    tree.set(name, rests.some((rest) => rest.length === 0) ? 'whole' : treeOf(rests));
  }
  return tree;
}

function selected(resource: Resource, select: Selection, definitions: Definitions): Resource {
  const { resourceType } = resource;
  return { resourceType, ...partOf(resource, resourceType, select, definitions) };
}

function partOf(object: JsonObject, type: string, select: Selection, definitions: Definitions): JsonObject {
  const part: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    // `_birthDate` goes with `birthDate`.
    const property = name.startsWith('_') ? name.slice(1) : name;
    const found = definitions.property(type, property);
    const kept = found && select(found.element, property);
    if (found === undefined || kept === undefined || value === undefined) continue;
    const selected = kept === 'whole' ? value : partOfValue(value, found.type, kept, definitions);
    // What is mandatory may hold no more than an extension that says why it is absent.
    const left = selected ?? (found.element.required ? value : undefined);
    if (left !== undefined) part[name] = left;
  }
  return part;
}

/** Undefined when nothing is left: FHIR knows no empty objects and arrays. */
function partOfValue(
  value: JsonValue,
  type: string,
  select: Selection,
  definitions: Definitions,
): JsonValue | undefined {
  if (isIndivisible(type)) return value;
  if (Array.isArray(value)) {
    const items = value
      .map((item) => partOfValue(item, type, select, definitions))
      .filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isJsonObject(value)) return undefined;
  if (type === 'Resource') return isResource(value) ? nested(value, select, definitions) : undefined;
  const part = partOf(value, type, select, definitions);
  return Object.keys(part).length === 0 ? undefined : part;
}

/** A resource within a Bundle or Parameters: its summary, where that is asked for. */
function nested(resource: Resource, select: Selection, definitions: Definitions): Resource {
  return select === inSummary ? project(resource, { summary: 'true' }, definitions) : resource;
}

function isResource(value: JsonObject): value is Resource {
  return typeof value.resourceType === 'string';
}

/** Primitives, and what means nothing in part and so has no summary. */
function isIndivisible(type: string): boolean {
  return /^[a-z]/.test(type) || type === 'Extension' || type === 'Narrative';
}

function tagged({ resourceType, id, meta, ...rest }: Resource, version: FhirVersion): Resource {
  const { tag, ...others } = isJsonObject(meta) ? meta : {};
  const tags = Array.isArray(tag) ? tag : [];
  const system = OBSERVATION_VALUE[version];
  const known = tags.some((one) => isJsonObject(one) && one.system === system && one.code === 'SUBSETTED');
  return {
    resourceType,
    ...(id === undefined ? {} : { id }),
    meta: { ...others, tag: known ? tags : [...tags, { system, code: 'SUBSETTED' }] },
    ...rest,
  };
}

const OBSERVATION_VALUE: Readonly<Record<FhirVersion, string>> = {
  '4.0.1': 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  '3.0.1': 'http://hl7.org/fhir/v3/ObservationValue',
};
