import { fullTextWords } from '../../../fhir/search/full-text-words.ts';
import { allOf, anyOf, NOTHING, type Query } from './query-dsl.ts';

/** A user's words. Each is compared as a phrase, in the words that the field's analyzer sees in it, so nothing of a query syntax can get in. */
export function fullTextQuery(field: string, text: string): Query {
  const alternatives = fullTextWords(text).map((words) =>
    anyOf(words.map((word): Query => ({ match_phrase: { [field]: word } }))),
  );
  return alternatives.length === 0 ? NOTHING : allOf(alternatives);
}
