import { allOf, anyOf, NOTHING, type Query } from './query-dsl.ts';

/**
 * A user's words: every word and every quoted phrase must occur, `OR` between two is an alternative. Each is compared as a phrase, in the
 * words that the field's analyzer sees in it, so nothing of a query syntax can get in.
 */
export function fullTextQuery(field: string, text: string): Query {
  const alternatives: Query[][] = [];
  let joinNext = false;
  for (const [, phrase, word] of text.replaceAll('\0', ' ').matchAll(/"([^"]*)"|([^\s"]+)/gu)) {
    if (word === 'OR' && alternatives.length > 0) {
      joinNext = true;
      continue;
    }
    if (word === 'AND') continue;
    const term = phrase ?? word ?? '';
    if (!/[\p{L}\p{N}]/u.test(term)) continue;
    const query: Query = { match_phrase: { [field]: term } };
    if (joinNext) alternatives.at(-1)?.push(query);
    else alternatives.push([query]);
    joinNext = false;
  }
  return alternatives.length === 0 ? NOTHING : allOf(alternatives.map(anyOf));
}
