import { fullTextWords } from '../../../fhir/search/full-text-words.ts';

/**
 * A user's words as an FTS5 query. All words are quoted, so nothing of FTS5's own syntax can get in. Undefined when there is no word in
 * it.
 */
export function ftsQuery(field: 'narrative' | 'content', text: string): string | undefined {
  const alternatives = fullTextWords(text).map((words) => {
    return `(${words.map((word) => `"${word.replaceAll('"', '')}"`).join(' OR ')})`;
  });
  return alternatives.length === 0 ? undefined : `${field} : (${alternatives.join(' AND ')})`;
}
