import { describe, expect, test } from 'vitest';
import { decimalRange } from '../../../src/fhir/decimal-range.ts';

describe('a decimal covers what rounds to it', () => {
  test.each([
    ['100', 100, 99.5, 100.5],
    ['100.00', 100, 99.995, 100.005],
    ['5.4', 5.4, 5.35, 5.45],
    ['5.40', 5.4, 5.395, 5.405],
    ['-5.40', -5.4, -5.405, -5.395],
    ['0', 0, -0.5, 0.5],
    ['0.0', 0, -0.05, 0.05],
    ['1e2', 100, 50, 150],
    ['1.0e2', 100, 95, 105],
    ['1.00E+2', 100, 99.5, 100.5],
    ['1e-3', 0.001, 0.0005, 0.0015],
    ['007', 7, 6.5, 7.5],
    ['+2', 2, 1.5, 2.5],
    ['0.1', 0.1, 0.05, 0.15],
    ['9007199254740993', 9007199254740992, 9007199254740992, 9007199254740994],
  ])('%s', (text, value, low, high) => {
    expect(decimalRange(text)).toEqual({ value, low, high });
  });
});

test.each([
  '',
  ' ',
  '.',
  '.5',
  '5.',
  '1e',
  'e2',
  '1e1.5',
  '1,5',
  '0x10',
  'NaN',
  'Infinity',
  '--1',
  '1 ',
  '1e999',
  '1'.repeat(401),
])('%j is no decimal, or none that can be compared', (text) => {
  expect(decimalRange(text)).toBeUndefined();
});

test('the value lies in its range, however long it is written', () => {
  for (const text of [
    '0.1234567890123456789',
    '12345678901234567890',
    '3.141592653589793238462643',
    '1e-300',
    '-9.87654321987654321',
  ]) {
    const range = decimalRange(text);
    expect(range?.low).toBeLessThanOrEqual(range?.value ?? Number.NaN);
    expect(range?.high).toBeGreaterThan(range?.value ?? Number.NaN);
  }
});
