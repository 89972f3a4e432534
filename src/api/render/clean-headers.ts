// What may stand in a header's value (RFC 9110, section 5.5); Node throws for all else.
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/gu;

/**
 * Headers, names and values in turn, with what may not stand in them percent-encoded: a line break in a value made of a request's data would begin a header, or an
 * answer, of the client's own making. For the answers that Node refuses; no other one pays for it.
 */
export function cleanHeaders(namesAndValues: readonly string[]): string[] {
  return namesAndValues.map((text) => text.replace(FORBIDDEN, encoded));
}

function encoded(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
