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

/** A number as JSON has it, where a value ends: only such may be replaced, or broken JSON could become whole. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=\s*(?:[,\]}]|$))/y;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON with numbers kept as they were written (`1.50` is not `1.5`: https://hl7.org/fhir/R4/json.html#decimal): those that a double
 * would alter become a {@link Decimal}.
 *
 * @throws JsonSyntaxError with line and column; for bytes that are no UTF-8, and for too deep a nesting, too.
 */
export function parseJson(input: string | Uint8Array, { maxDepth = DEFAULT_DEPTH }: ParseJsonOptions = {}): JsonValue {
  const text = typeof input === 'string' ? input.replace(/^\uFEFF/, '') : decode(input);
  const replaced = markNumbers(text, maxDepth);
  return replaced === undefined ? native(text, text) : unmark(native(replaced, text));
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

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

/**
 * The text with each number that a double would alter as a marked string; undefined when there is none. Refuses nesting that recursive code
 * would overflow on. One pass that looks at no character of a string: three quarters of a document are passed by `indexOf`.
 */
function markNumbers(text: string, maxDepth: number): string | undefined {
  let replaced: string | undefined;
  let copied = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= SPACE || code === COMMA || code === COLON) continue;
    if (code === QUOTE) i = stringEnd(text, i);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      if (++depth > maxDepth) throw syntaxError(text, i, `Nested more than ${maxDepth} deep`);
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      NUMBER.lastIndex = i;
      const literal = NUMBER.exec(text)?.[0];
      // No JSON then, which native code will say. To go on would look at a long number again from each of its digits.
      if (literal === undefined) return undefined;
      if (String(Number(literal)) !== literal) {
        replaced = `${replaced ?? ''}${text.slice(copied, i)}"${NUMBER_MARK}${literal}"`;
        copied = i + literal.length;
      }
      i += literal.length - 1;
    }
  }
  return replaced === undefined ? undefined : replaced + text.slice(copied);
}

/** Where the string that opens at `start` closes; the text's end when it does not. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let escapes = at;
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes--;
    if ((at - escapes) % 2 === 0) return at;
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
