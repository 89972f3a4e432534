import { expect, test } from 'vitest';
import { Decimal } from '../../../../src/fhir/json/decimal.ts';
import { NUMBER_MARK } from '../../../../src/fhir/json/number-marks.ts';
import { stringifyJson } from '../../../../src/fhir/json/stringify-json.ts';

test.each([
  [{ a: 1, b: ['x', null, true] }, '{"a":1,"b":["x",null,true]}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [new Decimal('1.50'), '1.50'],
  [{ a: [new Decimal('1e400'), { b: new Decimal('-0') }], c: '1.50' }, '{"a":[1e400,{"b":-0}],"c":"1.50"}'],
])('%j', (value, text) => {
  expect(stringifyJson(value)).toBe(text);
});

test('pretty: two spaces a level', () => {
  expect(stringifyJson({ a: [new Decimal('1.0'), 2] }, true)).toBe('{\n  "a": [\n    1.0,\n    2\n  ]\n}');
});

test('a decimal is told from every text', () => {
  const texts = ['1.0', '"1.0"', '\uE000', NUMBER_MARK.slice(0, -1)];
  expect(JSON.parse(stringifyJson([...texts, new Decimal('1.0')]))).toEqual([...texts, 1]);
});
