import { deflateRawSync } from 'node:zlib';
import { foldString } from '../../../fhir/fold-string.ts';
import type { IndexEntry, QuantityEntry, ReferenceEntry, TokenEntry } from '../../../fhir/index/index-entry.ts';
import { parseJson } from '../../../fhir/json/parse-json.ts';
import type { Resource } from '../../../fhir/resource.ts';
import type { StorageParts } from '../../storage-parts.ts';
import type { StoredVersion } from '../../store.ts';
import {
  bothTerm,
  codeTerm,
  exactCodeTerm,
  FIELDS,
  fieldOf,
  parameterTerm,
  sortField,
  stringTerms,
  systemTerm,
  wholeTerm,
} from './fields.ts';
import { sortType, sortValue } from './sort-value.ts';

/** What a version's document is made with. */
export type DocumentParts = Pick<StorageParts, 'index' | 'fullText' | 'isCaseSensitive'>;

/** The types of the fields that not every resource has. */
export type FieldTypes = ReadonlyMap<string, 'long_range' | 'double_range' | 'keyword' | 'long' | 'double'>;

/** A document, and the fields that the mapping must have for it. */
export interface IndexDocument {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly fields: FieldTypes;
}

type Content = Record<string, unknown>;

/** A longer body, in bytes as it is kept, stays in the table alone. */
const LONGEST_BODY = 2 ** 18;

/** Nesting was limited when it came in. */
const STORED_DEPTH = Number.POSITIVE_INFINITY;

/** The document of a version; of a deletion one that says no more than that. */
export function documentOf(version: StoredVersion, parts: DocumentParts): IndexDocument {
  const { type, id, lastUpdated, method, body } = version;
  const fields = new Map<string, 'keyword'>();
  const stored = { version: version.version, lastUpdated, method, ...storedBody(body) };
  const content: Content = { type, id, lastUpdated, live: body !== undefined, [FIELDS.stored]: stored };
  if (body !== undefined) {
    const resource = parseJson(body, { maxDepth: STORED_DEPTH }) as Resource;
    addEntries(content, fields, parts.index(resource), parts);
    const { narrative, content: all } = parts.fullText(resource);
    if (narrative !== '') content[FIELDS.narrative] = narrative;
    if (all !== '') content[FIELDS.content] = all;
  }
  return { type, id, version: version.version, content, fields };
}

function storedBody(body: Uint8Array | undefined): { readonly body?: string; readonly away?: true } {
  if (body === undefined) return {};
  const bytes = deflateRawSync(body);
  return bytes.length > LONGEST_BODY ? { away: true } : { body: bytes.toString('base64') };
}

function addEntries(
  content: Content,
  fields: Map<string, string>,
  entries: readonly IndexEntry[],
  parts: DocumentParts,
): void {
  const groups = new Map<number, Content>();
  const has = new Set<string>();
  for (const entry of entries) {
    has.add(parameterTerm(entry.parameter));
    if (entry.group === 0) {
      addEntry(content, fields, entry, parts, '');
      addSort(content, fields, entry);
    } else {
      const group = groups.get(entry.group) ?? {};
      groups.set(entry.group, group);
      addEntry(group, fields, entry, parts, `${FIELDS.group}.`);
    }
  }
  if (has.size > 0) content[FIELDS.has] = [...has];
  if (groups.size > 0) content[FIELDS.group] = [...groups.values()];
}

function addSort(content: Content, fields: Map<string, string>, entry: IndexEntry): void {
  const value = sortValue(entry);
  if (value === undefined || entry.kind === 'present') return;
  const type = sortType(entry.kind);
  const field = sortField(type, entry.parameter);
  fields.set(field, type);
  add(content, field, value);
}

function addEntry(
  to: Content,
  fields: Map<string, string>,
  entry: IndexEntry,
  { isCaseSensitive }: DocumentParts,
  path: string,
): void {
  const { parameter } = entry;
  switch (entry.kind) {
    case 'string':
      for (const term of stringTerms(parameter, foldString(entry.text))) add(to, FIELDS.string, term);
      add(to, FIELDS.exact, wholeTerm(parameter, entry.text));
      return;
    case 'token':
      addToken(to, entry, isCaseSensitive(entry.system));
      return;
    case 'reference':
      addReference(to, entry);
      return;
    case 'uri':
      add(to, FIELDS.uri, wholeTerm(parameter, entry.uri));
      return;
    case 'date':
      fields.set(`${path}${fieldOf('date', parameter)}`, 'long_range');
      add(to, fieldOf('date', parameter), range(entry.low, entry.high, 'lt'));
      return;
    case 'number':
      fields.set(`${path}${fieldOf('number', parameter)}`, 'double_range');
      add(to, fieldOf('number', parameter), range(entry.low, entry.high, 'lte'));
      return;
    case 'quantity':
      add(to, FIELDS.quantity, quantityOf(entry));
      return;
    case 'present':
  }
}

function addToken(to: Content, { parameter, system, code, text }: TokenEntry, caseSensitive: boolean): void {
  const folded = caseSensitive ? code : code.toLowerCase();
  add(to, FIELDS.token, bothTerm(parameter, system, folded));
  add(to, FIELDS.token, caseSensitive ? exactCodeTerm(parameter, code) : codeTerm(parameter, folded));
  add(to, FIELDS.token, systemTerm(parameter, system));
  if (text === undefined) return;
  for (const line of text.split('\n'))
    if (line !== '') add(to, FIELDS.tokenText, wholeTerm(parameter, foldString(line)));
}

function addReference(to: Content, { parameter, type, id, url, version }: ReferenceEntry): void {
  if (type !== undefined && id !== undefined) add(to, FIELDS.reference, wholeTerm(parameter, `${type}/${id}`));
  if (url === undefined) return;
  add(to, FIELDS.url, wholeTerm(parameter, url));
  if (version !== undefined) add(to, FIELDS.url, wholeTerm(parameter, `${url}|${version}`));
}

function quantityOf({ parameter, low, high, system, code, unit, canonical }: QuantityEntry): object {
  const value = range(low, high, 'lte');
  if (canonical === undefined) return { parameter, value, system, code, unit };
  return {
    ...{ parameter, value, system, code, unit },
    base: canonical.unit,
    canonical: range(canonical.low, canonical.high, 'lte'),
  };
}

/** Open at an infinite end. */
function range(low: number, high: number, end: 'lt' | 'lte'): object {
  return { ...(Number.isFinite(low) && { gte: low }), ...(Number.isFinite(high) && { [end]: high }) };
}

function add(to: Content, field: string, value: unknown): void {
  const values = to[field];
  if (Array.isArray(values)) values.push(value);
  else to[field] = [value];
}
