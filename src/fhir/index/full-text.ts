import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../resource.ts';
import { textOfXhtml } from './narrative.ts';

/** Properties whose strings are for machines alone: nobody searches text for them, and they would fill the index. */
const NO_TEXT: ReadonlySet<string> = new Set([
  ...['resourceType', 'id', 'versionId', 'lastUpdated', 'profile', 'source', 'fullUrl', 'reference', 'url', 'system'],
  ...['data', 'hash', 'contentType', 'sigFormat', 'targetFormat', 'valueBase64Binary'],
]);

/** `2011-07-27T12:37:24-04:00` and what starts like it. */
function isDate(text: string): boolean {
  return text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45 && /^\d{4}-\d\d-\d\d/.test(text);
}

function isUrl(text: string): boolean {
  return text.startsWith('http://') || text.startsWith('https://') || text.startsWith('urn:');
}

/** What `_text` searches: the words of the resource's narrative (https://hl7.org/fhir/R4/search.html#text). */
export function narrativeText(resource: Resource): string {
  const narrative = resource.text;
  const html = isJsonObject(narrative) ? narrative.div : undefined;
  return typeof html === 'string' ? textOfXhtml(html) : '';
}

/**
 * What `_content` searches: each string of the resource once, a line each, narratives by their words; without ids, references, URLs,
 * dates and binary data.
 */
export function contentText(resource: Resource): string {
  const texts = new Set<string>();
  // A stack of its own: a resource may be nested deeper than calls can be.
  const waiting: JsonObject[] = [resource];
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    for (const name in object) {
      const value = object[name];
      if (typeof value === 'string') addText(name, value, texts);
      else if (typeof value === 'object' && value !== null) addNested(name, value, texts, waiting);
    }
  }
  return [...texts].join('\n');
}

function addText(name: string, text: string, texts: Set<string>): void {
  if (NO_TEXT.has(name)) return;
  if (name === 'div') texts.add(textOfXhtml(text));
  else if (text !== '' && !isDate(text) && !isUrl(text)) texts.add(text);
}

/** Objects wait for their turn; an array's strings are its property's. */
function addNested(name: string, value: JsonValue, texts: Set<string>, waiting: JsonObject[]): void {
  if (!Array.isArray(value)) {
    if (isJsonObject(value)) waiting.push(value);
    return;
  }
  for (const item of value) {
    if (typeof item === 'string') addText(name, item, texts);
    else if (isJsonObject(item)) waiting.push(item);
  }
}
