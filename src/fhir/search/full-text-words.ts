/**
 * What a user looks for in texts: every word and every quoted phrase must occur, `OR` between two makes them alternatives. All of the outer list
 * must occur, of each inner one any. What has no letter and no digit is no word.
 */
export function fullTextWords(text: string): readonly (readonly string[])[] {
  const alternatives: string[][] = [];
  let joinNext = false;
  // Some engines read a query as a C string: a NUL would end it within a quoted word.
  for (const [, phrase, word] of text.replaceAll('\0', ' ').matchAll(/"([^"]*)"|([^\s"]+)/gu)) {
    if (word === 'OR' && alternatives.length > 0) {
      joinNext = true;
      continue;
    }
    if (word === 'AND') continue;
    const term = phrase ?? word ?? '';
    if (!/[\p{L}\p{N}]/u.test(term)) continue;
    if (joinNext) alternatives.at(-1)?.push(term);
    else alternatives.push([term]);
    joinNext = false;
  }
  return alternatives;
}
