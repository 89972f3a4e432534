import type { JsonValue } from '../resource.ts';
import { Decimal } from './decimal.ts';
import { findSyntaxError, syntaxError } from './find-syntax-error.ts';
import { JsonSyntaxError } from './json-syntax-error.ts';
import { NUMBER_MARK } from './number-marks.ts';

export { JsonSyntaxError };

export interface ParseJsonOptions {
  /** Nesting of arrays and objects beyond which a text is refused; default 200. */
  readonly maxDepth?: number;
}

const DEFAULT_DEPTH = 200;

/**
 * Could hold a number that a double does not give back as it was written: a fraction that ends in 0, an exponent, sixteen digits, -0.
 * May say yes for digits in a string; never says no wrongly.
 */
const MAYBE_DECIMAL = /\.\d*0(?!\d)|\d[eE]|\d[\d.]{15}|0\.0{6}|-0(?!\.)/;

/** Strings, which are passed over, or numbers as JSON has them, where a value ends. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=\s*(?:[,\]}]|$))/g;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON with numbers kept as they were written (`1.50` is not `1.5`: https://hl7.org/fhir/R4/json.html#decimal): those that a double
 * would alter become a {@link Decimal}.
 *
 * @throws JsonSyntaxError with line and column; for bytes that are no UTF-8, and for too deep a nesting, too.
 */
export function parseJson(input: string | Uint8Array, { maxDepth = DEFAULT_DEPTH }: ParseJsonOptions = {}): JsonValue {
  const text = typeof input === 'string' ? input.replace(/^\uFEFF/, '') : decode(input);
  checkDepth(text, maxDepth);
  if (!MAYBE_DECIMAL.test(text)) return native(text, text);
  let marked = false;
  const replaced = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.charCodeAt(0) === QUOTE || String(Number(token)) === token) return token;
    marked = true;
    return `"${NUMBER_MARK}${token}"`;
  });
  return marked ? unmark(native(replaced, text)) : native(text, text);
}

const QUOTE = 0x22;

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    const error = new JsonSyntaxError('The text is not UTF-8', 1, 1);
    error.cause = cause;
    throw error;
  }
}

function native(text: string, original: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message may quote the document: neither it nor the error goes any further.
    throw findSyntaxError(original);
  }
}

/** Refuses nesting that recursive code would overflow on. */
function checkDepth(text: string, maxDepth: number): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) throw syntaxError(text, i, `Nested more than ${maxDepth} deep`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

/** Turns marked strings into decimals, in place. */
function unmark(value: JsonValue): JsonValue {
  if (typeof value === 'string')
    return value.startsWith(NUMBER_MARK) ? new Decimal(value.slice(NUMBER_MARK.length)) : value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unmark(value[i] ?? null);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Decimal)) {
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (typeof member === 'string' ? member.startsWith(NUMBER_MARK) : typeof member === 'object')
        value[name] = unmark(member ?? null);
    }
  }
  return value;
}
