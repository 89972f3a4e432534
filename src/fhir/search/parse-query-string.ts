import { badRequest } from '../operation-outcome.ts';
import type { QueryPair } from './search-context.ts';

/**
 * The names and values of a URL's query, or of a form: percent-decoded, `+` being a space. A leading `?` may be there.
 *
 * @throws FhirError 400 for a percent sign that begins no character in UTF-8.
 */
export function parseQueryString(text: string): readonly QueryPair[] {
  const query = text.startsWith('?') ? text.slice(1) : text;
  const pairs: QueryPair[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(equals < 0 ? [decoded(part), ''] : [decoded(part.slice(0, equals)), decoded(part.slice(equals + 1))]);
  }
  return pairs;
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch (cause) {
    throw badRequest(
      'invalid',
      'The query has a "%" that begins no percent-encoded UTF-8 character; a percent sign is "%25".',
      {
        cause,
      },
    );
  }
}

/** The query that {@link parseQueryString} reads back. What a query may hold unencoded and people want to read stays: `:` `,` `/` `$` `*`. */
export function formatQueryString(pairs: readonly QueryPair[]): string {
  return pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
}

const READABLE: Readonly<Record<string, string>> = { '%3A': ':', '%2C': ',', '%2F': '/', '%24': '$' };

/** Most names and values. */
const AS_IT_IS = /^[\w.~:,/$*-]*$/;

function encoded(text: string): string {
  if (AS_IT_IS.test(text)) return text;
  // A lone surrogate has no encoding.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /%(?:3A|2C|2F|24)/g,
    (c) => READABLE[c] ?? c,
  );
}
