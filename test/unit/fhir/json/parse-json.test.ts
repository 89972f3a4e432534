import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../../src/fhir/json/decimal.ts';
import { JsonSyntaxError } from '../../../../src/fhir/json/json-syntax-error.ts';
import { NUMBER_MARK } from '../../../../src/fhir/json/number-marks.ts';
import { parseJson } from '../../../../src/fhir/json/parse-json.ts';
import { stringifyJson } from '../../../../src/fhir/json/stringify-json.ts';

function errorOf(input: string | Uint8Array, maxDepth?: number): JsonSyntaxError {
  try {
    parseJson(input, { maxDepth });
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('a number that a double would alter is kept as it was written', () => {
  test.each([
    '1.50',
    '1.0',
    '0.0',
    '-0',
    '-0.0',
    '1e3',
    '1E3',
    '0.0000001',
    '1e400',
    '12345678901234567890',
    '0.1234567890123456789',
    '1.10e+2',
    '9007199254740993',
  ])('%s', (literal) => {
    for (const text of [literal, `[${literal}]`, `{"a":${literal}}`, ` { "a" : [ 1 , ${literal} ] } `]) {
      expect(stringifyJson(parseJson(text))).toBe(text.replaceAll(' ', ''));
    }
    expect(parseJson(literal)).toEqual(new Decimal(literal));
  });
});

test.each(['0', '1', '-1', '1.5', '-0.25', '9007199254740991', '123456.789', '1000000', '1e-7'])(
  '%s is a plain number',
  (literal) => {
    expect(parseJson(literal)).toBe(Number(literal));
  },
);

test('what looks like a number in a string is a string', () => {
  const text = '{"1.0":"1.50","a":"x 1.0, 2.0]","b":"\\"1.0,","c":"\\\\","d":1.0,"e":"\\\\\\"1.0"}';
  expect(parseJson(text)).toEqual({ ...(JSON.parse(text) as object), d: new Decimal('1.0') });
  expect(stringifyJson(parseJson(text))).toBe(text);
});

test('decimals are found at every depth', () => {
  const text = '{"a":[{"b":[[1.0,{"c":2.00}],"x"]}],"d":3.0}';
  expect(stringifyJson(parseJson(text))).toBe(text);
});

test('a document can not name a decimal by itself', () => {
  const guess = '\uE000000000000000000000000000:1"2';
  expect(parseJson(JSON.stringify([guess, `x${NUMBER_MARK}`]))).toEqual([guess, `x${NUMBER_MARK}`]);
});

test('__proto__ and constructor are names like others', () => {
  const text = '{"__proto__":{"a":1.0},"constructor":2.0}';
  const value = parseJson(text);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(stringifyJson(value)).toBe(text);
});

test('texts come back as they were: half surrogates, line separators, no-break spaces', () => {
  const text = '["\\ud800","\u2028","\u00a0","\u{1F600}",1.0]';
  expect(stringifyJson(parseJson(text))).toBe(text);
});

test('bytes are UTF-8, a byte order mark is passed over', () => {
  const bytes = new TextEncoder().encode('\uFEFF{"a":"é\u{1F600}","b":1.0}');
  expect(parseJson(bytes)).toEqual({ a: 'é\u{1F600}', b: new Decimal('1.0') });
  expect(parseJson('\uFEFF[1]')).toEqual([1]);
});

test.each([
  ['a byte that starts nothing', [0x22, 0xff, 0x22]],
  ['a character cut off', [0x22, 0xc3, 0x22]],
  ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ['UTF-16', [0xff, 0xfe, 0x22, 0x00]],
])('%s is no UTF-8', (_, bytes) => {
  expect(errorOf(new Uint8Array(bytes)).message).toMatch(/^The text is not UTF-8/);
});

describe('what is no JSON is refused, with the place', () => {
  test.each<[string, number, number, string]>([
    ['', 1, 1, 'Unexpected end of the JSON text'],
    ['  \n ', 2, 2, 'Unexpected end of the JSON text'],
    ['{"a":1', 1, 7, 'Unexpected end of the JSON text'],
    ['{"a":"x', 1, 8, 'Unexpected end of the JSON text'],
    ['{"a"', 1, 5, 'Unexpected end of the JSON text'],
    ['[1,]', 1, 4, "Unexpected character ']'"],
    ['{"a":1,}', 1, 8, "Unexpected character '}'"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "Unexpected character '\"'"],
    ['{\r\n"a" 1}', 2, 5, "Unexpected character '1'"],
    ['[1}', 1, 3, "Unexpected character '}'"],
    ['[01.0]', 1, 3, "Unexpected character '1'"],
    ['[.5]', 1, 2, "Unexpected character '.'"],
    ['[1.]', 1, 3, "Unexpected character '.'"],
    ['[+1.0]', 1, 2, "Unexpected character '+'"],
    ['[1.0 2.0]', 1, 6, "Unexpected character '2'"],
    ['["a"1.0]', 1, 5, "Unexpected character '1'"],
    ['{1.0:2}', 1, 2, "Unexpected character '1'"],
    ['[1.0\u00a0]', 1, 5, 'Unexpected character'],
    ['1.0 x', 1, 5, "Unexpected character 'x'"],
    ['nul', 1, 1, "Unexpected character 'n'"],
    ['NaN', 1, 1, "Unexpected character 'N'"],
    ["{'a':1}", 1, 2, "Unexpected character '''"],
    ['["\\x"]', 1, 3, 'Bad escape in a JSON string'],
    ['["\\u12g4"]', 1, 3, 'Bad escape in a JSON string'],
    ['["a\nb"]', 1, 4, 'Control character in a JSON string'],
    ['[1]]', 1, 4, "Unexpected character ']'"],
    ['{"a":é}', 1, 6, 'Unexpected character'],
  ])('%j', (text, line, column, problem) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ line, column, message: `${problem} at line ${line}, column ${column}` });
    expect(error.cause).toBeUndefined();
  });

  test('whatever native code refuses, and nothing else', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '0',
      '1.50',
      '-',
      'e5',
      ' ',
      '"a"',
      'true',
      '\n',
      '\u00a0',
    ];
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return Math.floor((state / 0x80000000) * below);
    };
    for (let i = 0; i < 50_000; i++) {
      const text = Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join('');
      expect([text, outcome(() => parseJson(text))]).toEqual([text, outcome(() => JSON.parse(text))]);
    }
  });
});

function outcome(parse: () => unknown): string {
  try {
    parse();
    return 'accepted';
  } catch (error) {
    return /Invalid JSON/.test(String(error)) ? 'refused without a place' : 'refused';
  }
}

describe('depth', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}1.0${']'.repeat(depth)}`;
  test('up to the limit is read and written', () => {
    expect(stringifyJson(parseJson(nested(200)))).toBe(nested(200));
    expect(stringifyJson(parseJson(nested(5), { maxDepth: 5 }))).toBe(nested(5));
  });
  test('beyond is refused, at once', () => {
    expect(errorOf(nested(201)).message).toBe('Nested more than 200 deep at line 1, column 201');
    expect(errorOf('{"a":'.repeat(1_000_000)).message).toMatch(/^Nested more than 200 deep/);
    expect(errorOf(nested(6), 5).column).toBe(6);
  });
  test('brackets in strings do not count', () => {
    expect(parseJson(`["${'['.repeat(500)}"]`)).toEqual(['['.repeat(500)]);
  });
});

describe('megabytes of one thing neither overflow nor take long', () => {
  const MANY = 3_000_000;
  test.each([
    ['text', `["${'a'.repeat(MANY)}"x]`],
    ['escapes', `["${'\\n'.repeat(MANY)}"x]`],
    ['quotes', `["${'\\"'.repeat(MANY)}`],
    ['backslashes', `["${'\\'.repeat(MANY)}`],
    ['digits', `[${'1'.repeat(MANY)}x]`],
    ['minus signs', `[${'-'.repeat(MANY)}`],
    ['spaces', `[1${' '.repeat(MANY)}x]`],
    ['closing brackets', ']'.repeat(MANY)],
  ])('%s', (_, text) => {
    const start = performance.now();
    expect(errorOf(text)).toBeInstanceOf(JsonSyntaxError);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
