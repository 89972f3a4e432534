import { foldString } from '../../../fhir/fold-string.ts';
import type { ValueTest } from '../../../fhir/search/search-query.ts';
import { beginningTerm, FIELDS, parameterTerm, wellFormed, wholeTerm } from '../index/fields.ts';
import { allOf, anyOf, oneOf, type Query } from './query-dsl.ts';

type Kind<K extends ValueTest['kind']> = ValueTest & { readonly kind: K };

/**
 * So many characters can always be looked for amid others. Of more, one that repeats itself (`xxxx…`) may need an automaton larger than
 * OpenSearch makes; what is longer is looked for by its pieces.
 */
const NEEDLE = 100;

/** A string that starts or ends with a text, or has it. */
export function stringQuery(path: string, parameter: string, { match, text }: Kind<'string'>): Query {
  if (match === 'exact') return { term: { [`${path}${FIELDS.exact}`]: wholeTerm(parameter, text) } };
  const field = `${path}${FIELDS.string}`;
  const folded = foldString(text);
  switch (match) {
    case 'starts-with':
      return startsWith(field, parameter, folded);
    case 'contains':
      return contains(field, parameter, folded);
    case 'ends-with':
      return pattern(field, parameter, folded, '');
  }
}

export function uriQuery(path: string, parameter: string, { match, uri }: Kind<'uri'>): Query {
  const field = `${path}${FIELDS.uri}`;
  switch (match) {
    case 'exact':
      return { term: { [field]: wholeTerm(parameter, uri) } };
    case 'below':
      return startsWith(field, parameter, uri);
    case 'above':
      return oneOf(
        field,
        Array.from({ length: uri.length }, (_, i) => wholeTerm(parameter, uri.slice(0, i + 1))),
      );
    case 'contains':
      return contains(field, parameter, uri);
  }
}

export function tokenTextQuery(path: string, parameter: string, { text }: Kind<'token-text'>): Query {
  return startsWith(`${path}${FIELDS.tokenText}`, parameter, foldString(text));
}

/** The URL, and the version if one is given or, below it, one that it begins. */
export function urlQuery(path: string, parameter: string, { url, version, match }: Kind<'reference-url'>): Query {
  const field = `${path}${FIELDS.url}`;
  if (version === undefined) return { term: { [field]: wholeTerm(parameter, url) } };
  const same: Query = { term: { [field]: wholeTerm(parameter, `${url}|${version}`) } };
  return match === 'exact' ? same : anyOf([same, startsWith(field, parameter, `${url}|${version}.`)]);
}

function startsWith(field: string, parameter: string, text: string): Query {
  return { prefix: { [field]: beginningTerm(parameter, text) } };
}

function contains(field: string, parameter: string, text: string): Query {
  return text === '' ? { prefix: { [field]: parameterTerm(parameter) } } : pattern(field, parameter, text, '*');
}

/** Terms of the parameter with a text in them, and `end` after it. */
function pattern(field: string, parameter: string, text: string, end: '' | '*'): Query {
  const wildcard = (needle: string, after: '' | '*'): Query => ({
    wildcard: { [field]: { value: `${escaped(parameterTerm(parameter))}*${escaped(needle)}${after}` } },
  });
  if (text.length <= NEEDLE) return wildcard(text, end);
  // A character of two units is not cut in half: a half would be found nowhere.
  const first = text.slice(0, NEEDLE).replace(/[\ud800-\udbff]$/, '');
  const last = text.slice(-NEEDLE).replace(/^[\udc00-\udfff]/, '');
  return allOf([wildcard(first, '*'), wildcard(last, end)]);
}

function escaped(text: string): string {
  return wellFormed(text).replace(/[\\*?]/g, '\\$&');
}
