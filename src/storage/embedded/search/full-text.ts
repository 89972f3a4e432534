/**
 * A user's words as an FTS5 query: every word and every quoted phrase must occur, `OR` between two is an alternative. All words are
 * quoted, so nothing of FTS5's own syntax can get in. Undefined when there is no word in it.
 */
export function ftsQuery(field: 'narrative' | 'content', text: string): string | undefined {
  const alternatives: string[][] = [];
  let joinNext = false;
  // FTS5 reads its query as a C string: a NUL would end it within a quoted word.
  for (const [, phrase, word] of text.replaceAll('\0', ' ').matchAll(/"([^"]*)"|([^\s"]+)/gu)) {
    if (word === 'OR' && alternatives.length > 0) {
      joinNext = true;
      continue;
    }
    if (word === 'AND') continue;
    const term = phrase ?? word ?? '';
    if (!/[\p{L}\p{N}]/u.test(term)) continue;
    const quoted = `"${term.replaceAll('"', '')}"`;
    if (joinNext) alternatives.at(-1)?.push(quoted);
    else alternatives.push([quoted]);
    joinNext = false;
  }
  if (alternatives.length === 0) return undefined;
  return `${field} : (${alternatives.map((terms) => `(${terms.join(' OR ')})`).join(' AND ')})`;
}
