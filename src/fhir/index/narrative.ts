/** Tags within a word's line: nothing takes their place. All others part words. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr acronym b big cite code dfn em i kbd q s samp small span strong sub sup tt u var'.split(' '),
);

/** The named characters of XHTML from U+00A0 on, in order (https://www.w3.org/TR/xhtml1/dtds.html#a_dtd_Latin-1_characters). */
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot ' +
  'cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml ' +
  'Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ' +
  'ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(' ').map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
  ...Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    euro: '€',
    hellip: '…',
    bull: '•',
    trade: '™',
  }),
  ...Object.entries({
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    rarr: '→',
    le: '≤',
    ge: '≥',
  }),
]);

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES.get(name) ?? whole;
  const hexadecimal = name[1] === 'x' || name[1] === 'X';
  const code = hexadecimal ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/** The index after the tag or comment that starts at `start`; -1 when it does not end. */
function endOfTag(html: string, start: number): number {
  const [end, length] = html.startsWith('<!--', start)
    ? [html.indexOf('-->', start + 4), 3]
    : [html.indexOf('>', start), 1];
  return end < 0 ? -1 : end + length;
}

function isInline(html: string, start: number, end: number): boolean {
  let at = html[start + 1] === '/' ? start + 2 : start + 1;
  const from = at;
  while (at < end && /[a-z0-9]/i.test(html.charAt(at))) at++;
  return INLINE.has(html.slice(from, at).toLowerCase());
}

/** The words of a narrative's XHTML (https://hl7.org/fhir/R4/narrative.html). Takes time linear in its length, whatever it holds. */
export function textOfXhtml(html: string): string {
  let text = '';
  let at = 0;
  for (let start = html.indexOf('<'); start >= 0; start = html.indexOf('<', at)) {
    text += html.slice(at, start);
    const end = endOfTag(html, start);
    if (end < 0) return tidy(text);
    if (!isInline(html, start, end)) text += ' ';
    at = end;
  }
  return tidy(text + html.slice(at));
}

function tidy(text: string): string {
  const decoded = text.includes('&') ? text.replace(/&(#x[0-9a-f]+|#\d+|[a-z][a-z0-9]*);/gi, decodeEntity) : text;
  return decoded.replace(/\s+/g, ' ').trim();
}
