/**
 * Splits at a separator that no backslash stands before; the parts keep their escapes, so that they can be split further
 * (https://hl7.org/fhir/R4/search.html#escaping).
 */
export function splitUnescaped(text: string, separator: ',' | '$' | '|'): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** The text that an escaped one stands for. A backslash before any other character is itself. */
export function unescaped(text: string): string {
  return text.replace(/\\([,$|\\])/g, '$1');
}
