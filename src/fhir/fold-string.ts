/** Printable ASCII in lower case, without two spaces in a row or one at an end: its own normal form. */
const PLAIN = /^(?:[!-@[-~]+(?: [!-@[-~]+)*)?$/;
const ASCII = /^[\t-\r -~]*$/;

/**
 * The form in which strings are compared: without case and accents, white space as single spaces. "Strings are matched
 * case- and accent-insensitively" (https://hl7.org/fhir/R4/search.html#string).
 */
export function foldString(text: string): string {
  if (PLAIN.test(text)) return text;
  if (ASCII.test(text)) return collapse(text.toLowerCase());
  // Upper case first: it turns ß into SS and both Greek sigmas into one letter; the dot of İ goes with the accents.
  const folded = text
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ς/g, 'σ');
  return collapse(folded.replace(/ı/g, 'i'));
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
