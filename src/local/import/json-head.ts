/**
 * The strings that are direct members of a JSON object, as far as the text goes, which may end anywhere: enough to tell a transaction of
 * 10 MB from its first lines without parsing it.
 */
export function headMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let key: string | undefined;
  let last: string | undefined;
  // A string, or one of the characters that shape the document. A string cut off at the end matches nothing.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth !== 1) {
      key = undefined;
      last = undefined;
    } else if (token === ':') key = last;
    else if (token === ',') key = undefined;
    else if (token.startsWith('"')) {
      if (key !== undefined) members.set(key, token.slice(1, -1));
      last = token.slice(1, -1);
    }
  }
  return members;
}
