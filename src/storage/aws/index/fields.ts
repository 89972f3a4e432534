import { createHash } from 'node:crypto';

/**
 * The fields of an index document, and the terms in them.
 *
 * What is compared for equality or by its beginning stands in a few fields that all parameters share, as terms that begin with the
 * parameter: so no parameter needs a field of its own. Ranges and sort values need one each (`date.birthdate`, `sort.keyword.family`); those are
 * added to a type's mapping, typed, when a resource first has such a value.
 */
export const FIELDS = {
  /** The resource's type. */
  type: 'type',
  /** The logical id: the last sort key of every search. */
  id: 'id',
  /** False of a deletion's document, which stays so that an older version that comes late can't bring the resource back. */
  live: 'live',
  /** ms since the epoch. */
  lastUpdated: 'lastUpdated',
  /** Terms of {@link parameterTerm}: parameters with at least one entry. */
  has: 'has',
  /** Folded strings. */
  string: 'string',
  /** Strings as they are. */
  exact: 'exact',
  /** Tokens, three terms each: {@link bothTerm}, {@link codeTerm} or {@link exactCodeTerm}, {@link systemTerm}. */
  token: 'token',
  /** Folded texts of tokens. */
  tokenText: 'tokenText',
  /** `Type/id` of references to resources here. */
  reference: 'reference',
  /** URLs of other references and of canonicals: `url`, and `url|version` where there is a version. */
  url: 'url',
  uri: 'uri',
  /** `date.<parameter>`: a `long_range` of ms, `[low, high)`. */
  date: 'date',
  /** `number.<parameter>`: a `double_range`, closed. */
  number: 'number',
  /** Nested: { parameter, value (a `double_range`), system, code, unit, canonical (another), base (its unit) }. */
  quantity: 'quantity',
  /** Nested: one document a group of a composite; its values in the fields above, below this one. */
  group: 'group',
  /** `sort.<type>.<parameter>`: values to sort by; keyword, long or double. */
  sort: 'sort',
  narrative: 'narrative',
  content: 'content',
  /** Kept, not indexed: { version, lastUpdated, method, body (the compressed JSON in base64) or `away: true` when it is only in the table }. */
  stored: 'stored',
} as const;

/** Between the parts of a term; no FHIR string has it. */
export const SEPARATOR = '\u001f';

/** Lucene takes terms of 32,766 bytes; what is longer is found by its beginning and the hash of the whole. */
const MAX_TERM_CHARS = 8000;

/** The beginning of all terms of a parameter. */
export function parameterTerm(parameter: string): string {
  return `${parameter}${SEPARATOR}`;
}

/** A term that is compared as a whole. */
export function wholeTerm(parameter: string, text: string): string {
  return `${parameter}${SEPARATOR}${bounded(text)}`;
}

/** The term of a token: system and code. `code` folded where its system does not tell case apart. */
export function bothTerm(parameter: string, system: string, code: string): string {
  return `${parameter}${SEPARATOR}b${SEPARATOR}${bounded(`${system}${SEPARATOR}${code}`)}`;
}

/** That of a code of any system that does not tell case apart; folded. */
export function codeTerm(parameter: string, code: string): string {
  return `${parameter}${SEPARATOR}c${SEPARATOR}${bounded(code)}`;
}

/** That of a code whose system tells case apart: no search that ignores case may find it by the wrong one. */
export function exactCodeTerm(parameter: string, code: string): string {
  return wholeTerm(`${parameter}${SEPARATOR}e`, code);
}

export function systemTerm(parameter: string, system: string): string {
  return `${parameter}${SEPARATOR}s${SEPARATOR}${bounded(system)}`;
}

/** A field of one parameter: `date.birthdate`. Names of fields can't have dots within. */
export function fieldOf(kind: 'date' | 'number', parameter: string): string {
  return `${kind}.${parameter.replaceAll('.', '_')}`;
}

/** The types of what is sorted by. */
export type SortType = 'keyword' | 'long' | 'double';

/** The field that a parameter's values of a type are sorted by: a parameter may have values of several. */
export function sortField(type: SortType, parameter: string): string {
  return `${FIELDS.sort}.${type}.${parameter.replaceAll('.', '_')}`;
}

function bounded(text: string): string {
  const exact = wellFormed(text);
  if (exact.length <= MAX_TERM_CHARS) return exact;
  return `${exact.slice(0, MAX_TERM_CHARS)}${SEPARATOR}${createHash('sha256').update(exact).digest('base64url')}`;
}

/** OpenSearch compares beginnings up to 1,000 characters. */
const MAX_BEGINNING_CHARS = 900;

/** The beginning of a term that a text begins; of a long one as much as can be compared. */
export function beginningTerm(parameter: string, text: string): string {
  const term = `${parameter}${SEPARATOR}${wellFormed(text)}`.slice(0, MAX_BEGINNING_CHARS);
  // Not half a surrogate pair, which is the beginning of nothing.
  return term.replace(/[\ud800-\udbff]$/, '');
}

/** A text that is looked for within others is found across pieces up to this length. */
const OVERLAP_CHARS = 200;

/**
 * The terms of a string that is found by its beginning, its end, or what is within. One that is too long for a term stands in pieces, of which
 * the first stands at its place too; all but the last end in a character that no text ends in.
 */
export function stringTerms(parameter: string, folded: string): readonly string[] {
  const text = wellFormed(folded);
  if (text.length <= MAX_TERM_CHARS) return [wholeTerm(parameter, folded)];
  const terms = [`${parameter}${SEPARATOR}${text.slice(0, MAX_TERM_CHARS)}${SEPARATOR}`];
  const step = MAX_TERM_CHARS - OVERLAP_CHARS;
  for (let at = 0; ; at += step) {
    const piece = text.slice(at, at + MAX_TERM_CHARS);
    const isLast = at + MAX_TERM_CHARS >= text.length;
    terms.push(`${parameter}${SEPARATOR}${SEPARATOR}${piece}${isLast ? '' : SEPARATOR}`);
    if (isLast) return terms;
  }
}

/** Half a surrogate pair has no UTF-8: spelled out, so that it stays apart from every other. */
export function wellFormed(text: string): string {
  if (!/[\ud800-\udfff]/.test(text)) return text;
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (found) =>
    found.length === 2 ? found : `${SEPARATOR}${found.charCodeAt(0).toString(16)}`,
  );
}
