import { describe, expect, test } from 'vitest';
import { createUnitConverter } from '../../../src/fhir/ucum.ts';

const units = createUnitConverter();

describe('equal quantities have one canonical form, to the digit', () => {
  test.each([
    [100, 'mg/dL', 1, 'g/L'],
    [5.4, 'mmol/L', 5400, 'umol/L'],
    [7.3, '10*3/uL', 7.3, '10*9/L'],
    [4.51, '10*6/uL', 4.51, '10*12/L'],
    [120, 'mm[Hg]', 15.99864, 'kPa'],
    [1, 'kPa', 1000, 'N/m2'],
    [98.6, '[degF]', 37, 'Cel'],
    [37, 'Cel', 310.15, 'K'],
    [7, '[pH]', 1e-7, 'mol/L'],
    [1, '[in_i]', 2.54, 'cm'],
    [1, '[lb_av]', 453.59237, 'g'],
    [60, '/min', 1, '/s'],
    [60, '{beats}/min', 60, '{breaths}/min'],
    [0.1, 'kg', 100, 'g'],
    [1, 'h', 3600, 's'],
    [1, 'wk', 7, 'd'],
    [5, '%', 50, 'mg/g'],
    [1, 'U/L', 1, 'umol/min/L'],
    [90, 'mL/min/{1.73_m2}', 0.09, 'L/min'],
    [3, '%{Negative Control}', 3, '%'],
    [2.5, 'm[IU]/L', 2.5, 'u[iU]/mL'],
    [5, '{score}', 5, '1'],
    [-40, 'Cel', -40, '[degF]'],
    [0, 'g', 0, 'kg'],
  ])('%d %s = %d %s', (value, unit, other, otherUnit) => {
    expect(units.canonical(value, unit)).toEqual(units.canonical(other, otherUnit));
    expect(units.canonical(value, unit)).toBeDefined();
  });
});

describe('the normal form is in UCUM base units', () => {
  test.each([
    [100, 'mg/dL', 1000, 'g.m-3'],
    [1, 'kPa', 1e6, 'g.m-1.s-2'],
    [1, 'N/m2', 1000, 'g.m-1.s-2'],
    [37, 'Cel', 310.15, 'K'],
    [5, '%', 0.05, '1'],
    [1, '[IU]/mL', 1e6, '[IU].m-3'],
  ])('%d %s = %d %s', (value, unit, base, baseUnit) => {
    expect(units.canonical(value, unit)).toEqual({ value: base, unit: baseUnit });
  });
});

describe('quantities of other dimensions are not comparable', () => {
  test.each([
    ['mmol/L', 'mg/dL'],
    ['[IU]/L', 'U/L'],
    ['[IU]/L', '[CFU]/L'],
    ['kg', 'm'],
    ['K', 's'],
    ['[IU]', '1'],
  ])('%s and %s', (one, other) => {
    expect(units.canonical(1, one)?.unit).toBeDefined();
    expect(units.canonical(1, one)?.unit).not.toBe(units.canonical(1, other)?.unit);
  });
});

test.each([
  '',
  ' ',
  'foo',
  'mm Hg',
  'mcg',
  '°C',
  '2m',
  'constructor',
  '__proto__',
  '{a',
  'a}',
  'x'.repeat(5000),
  "[p'diop]",
  'm'.repeat(101),
  '[IU]/[HPF]',
])('is no unit: %j', (unit) => {
  expect(units.canonical(1, unit)).toBeUndefined();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.7e308])(
  'a value that is not finite has no canonical form: %d',
  (value) => {
    expect(units.canonical(value, 'km')).toBeUndefined();
  },
);

test('order is kept', () => {
  const values = [0.1, 0.10000001, 0.3, 1, 5.349999, 5.35, 5.350001, 1e6].map(
    (value) => units.canonical(value, 'mg/dL')?.value ?? -1,
  );
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(new Set(values).size).toBe(values.length);
});

test('as many units as anyone sends are converted, remembered or not', () => {
  for (let i = 0; i < 3000; i++) expect(units.canonical(1, `${i + 1}.m`)?.value).toBe(i + 1);
  expect(units.canonical(1, '1.m')?.value).toBe(1);
});
