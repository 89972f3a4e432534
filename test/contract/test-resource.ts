import type { IndexEntry, IndexResource } from '../../src/fhir/index/index-entry.ts';
import { isJsonObject, type JsonValue, type Resource } from '../../src/fhir/resource.ts';

/** The one system of the suite's codes that tells upper from lower case. */
export const CASE_SENSITIVE_SYSTEM = 'http://example.org/case-sensitive';

export function isCaseSensitive(system: string): boolean {
  return system === CASE_SENSITIVE_SYSTEM;
}

/** What a test says of a resource: the suite knows no search parameters, resources carry their index entries. */
export interface TestContent {
  readonly entries?: readonly IndexEntry[] | undefined;
  /** The text of the narrative. */
  readonly narrative?: string | undefined;
  /** Words that are in the resource, but not in its narrative. */
  readonly note?: string | undefined;
}

/** The resource that a version of `type/id` with this content is. */
export function testResource(
  type: string,
  id: string,
  version: number,
  lastUpdated: number,
  content: TestContent,
): Resource {
  const resource: Resource = {
    resourceType: type,
    id,
    meta: { versionId: String(version), lastUpdated: new Date(lastUpdated).toISOString() },
    _entries: JSON.parse(JSON.stringify(content.entries ?? [], encodeNumber)) as JsonValue,
  };
  if (content.narrative !== undefined)
    resource.text = {
      status: 'generated',
      div: `<div xmlns="http://www.w3.org/1999/xhtml"><p class="x">${content.narrative}</p></div>`,
    };
  if (content.note !== undefined) resource.note = [{ text: content.note }];
  return resource;
}

/** Reads the entries back from where {@link testResource} put them; as good for a resource that was parsed from its stored body. */
export const indexTestResource: IndexResource = (resource) => {
  const entries = resource._entries;
  return Array.isArray(entries) ? entries.map(decodeEntry) : [];
};

/** The words of a resource that {@link testResource} made. */
export function textOfTestResource(resource: Resource): { narrative: string; content: string } {
  const { text, note } = resource;
  const div = isJsonObject(text) ? text.div : undefined;
  const [first] = Array.isArray(note) ? note : [];
  const narrative = typeof div === 'string' ? div.replace(/<[^>]*>/g, ' ') : '';
  return { narrative, content: `${narrative} ${isJsonObject(first) ? String(first.text) : ''}` };
}

/** JSON has no infinity. */
function encodeNumber(_name: string, value: unknown): unknown {
  return value === Infinity ? { infinite: 1 } : value === -Infinity ? { infinite: -1 } : value;
}

const BOUNDS: ReadonlySet<string> = new Set(['low', 'high']);

function decodeEntry(value: JsonValue): IndexEntry {
  return decode(value) as unknown as IndexEntry;
}

function decode(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, BOUNDS.has(name) ? decodeNumber(item) : decode(item)]),
  );
}

function decodeNumber(value: JsonValue | undefined): number {
  return isJsonObject(value) ? Number(value.infinite) * Infinity : Number(value);
}
