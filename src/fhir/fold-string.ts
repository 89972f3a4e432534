const NOT_ASCII = /[^\t-\r -~]/;

/** White space that is more than single spaces between words. */
const LOOSE = /\s\s|[^\S ]|^ | $/;

/**
 * Marks of no script of their own (accents, Arabic vowel signs) and Hebrew points. Those of other scripts are letters: without its signs,
 * one Hindi or Thai name would be another.
 */
const ACCENT = /(?=\p{M})[\p{Script=Inherited}\p{Script=Hebrew}]/gu;

/**
 * The form in which strings are compared: without case and accents, white space as single spaces. "Strings are matched
 * case- and accent-insensitively" (https://hl7.org/fhir/R4/search.html#string).
 */
export function foldString(text: string): string {
  if (isFolded(text)) return text;
  if (!NOT_ASCII.test(text)) return collapse(text.toLowerCase());
  // Upper case first: it turns ß into SS and both Greek sigmas into one letter (ẞ is lower-cased to ß before); the dot of İ goes with the
  // accents.
  const folded = text.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFKD');
  return collapse(folded.replace(ACCENT, '').replaceAll('ς', 'σ'));
}

/** True of printable ASCII in lower case, its words apart by single spaces: most of what is searched for. */
function isFolded(text: string): boolean {
  let afterSpace = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || (code >= 0x41 && code <= 0x5a) || (code === 0x20 && afterSpace)) return false;
    afterSpace = code === 0x20;
  }
  return !afterSpace || text === '';
}

/** Without repetition in the expressions, which some megabytes of white space would make overflow. */
function collapse(text: string): string {
  if (!LOOSE.test(text)) return text;
  return text
    .split(/\s/)
    .filter((word) => word !== '')
    .join(' ');
}
