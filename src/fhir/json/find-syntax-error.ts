import { JsonSyntaxError } from './json-syntax-error.ts';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON forbids in a string
const SPECIAL = /["\\\u0000-\u001f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/** What a scanner waits for next. */
type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' | 'end';

/**
 * Where a text that `JSON.parse` refuses stops to be JSON. Engines say it each in their own way, some with parts of the text, which may be
 * a patient's; so the place is found here, on the way to an error alone. A loop with a stack of its own: nesting can't overflow it.
 */
export function findSyntaxError(text: string): JsonSyntaxError {
  const open: ('[' | '{')[] = [];
  let at = 0;
  let expected: Expected = 'value';
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  /** Passes a string; the error when there is none or it is broken. */
  const string = (): JsonSyntaxError | undefined => {
    if (text.charAt(at) !== '"') return unexpected(text, at);
    const stop = stringStop(text, at + 1);
    if (text.charAt(stop) !== '"') return brokenString(text, stop);
    at = stop + 1;
    return undefined;
  };
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma');
  for (;;) {
    match(SPACE);
    const character = text.charAt(at);
    const close = open.at(-1) === '[' ? ']' : '}';
    if (expected === 'end') return at < text.length ? unexpected(text, at) : syntaxError(text, at, 'Invalid JSON');
    if (expected === 'comma' && character === ',') {
      at++;
      expected = open.at(-1) === '[' ? 'value' : 'name';
    } else if (
      character === close &&
      open.length > 0 &&
      (expected === 'comma' || expected === 'first value' || expected === 'first name')
    ) {
      at++;
      open.pop();
      expected = afterValue();
    } else if (expected === 'colon' && character === ':') {
      at++;
      expected = 'value';
    } else if (expected === 'name' || expected === 'first name') {
      const broken = string();
      if (broken !== undefined) return broken;
      expected = 'colon';
    } else if (expected === 'value' || expected === 'first value') {
      if (character === '[' || character === '{') {
        open.push(character);
        at++;
        expected = character === '[' ? 'first value' : 'first name';
      } else if (character === '"') {
        const broken = string();
        if (broken !== undefined) return broken;
        expected = afterValue();
      } else if (match(NUMBER) || match(LITERAL)) expected = afterValue();
      else return unexpected(text, at);
    } else return unexpected(text, at);
  }
}

/** Where a string ends or breaks. A loop: one expression for all of a string of some megabytes would overflow the stack. */
function stringStop(text: string, start: number): number {
  for (let from = start; ; from = ESCAPE.lastIndex) {
    SPECIAL.lastIndex = from;
    const at = SPECIAL.exec(text)?.index ?? text.length;
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return at;
  }
}

function brokenString(text: string, at: number): JsonSyntaxError {
  if (at >= text.length) return syntaxError(text, at, 'Unexpected end of the JSON text');
  const isEscape = text.charAt(at) === '\\';
  return syntaxError(text, at, isEscape ? 'Bad escape in a JSON string' : 'Control character in a JSON string');
}

function unexpected(text: string, at: number): JsonSyntaxError {
  if (at >= text.length) return syntaxError(text, at, 'Unexpected end of the JSON text');
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return syntaxError(
    text,
    at,
    /^[!-~]$/.test(character) ? `Unexpected character '${character}'` : 'Unexpected character',
  );
}

/** The error for an offset, which becomes line and column. */
export function syntaxError(text: string, at: number, problem: string): JsonSyntaxError {
  const lines = text.slice(0, at).split(/\r\n|\n|\r/);
  return new JsonSyntaxError(problem, lines.length, (lines.at(-1)?.length ?? 0) + 1);
}
