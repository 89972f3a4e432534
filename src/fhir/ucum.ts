import { createRequire } from 'node:module';
import type { UnitConverter } from './search/search-context.ts';

/** What is used of `@lhncbc/ucum-lhc`, which has no types. */
interface UcumLibrary {
  readonly UcumLhcUtils: { getInstance(): UcumUtils };
}

interface UcumUtils {
  convertToBaseUnits(unit: string, value: number): BaseUnits;
}

interface BaseUnits {
  readonly status: 'succeeded' | 'failed' | 'invalid' | 'error';
  /** The value in base units. */
  readonly magnitude?: number;
  /** Exponents by base unit: m, s, g, rad, K, C, cd. */
  readonly unitToExp?: Readonly<Record<string, number>>;
  /** The unit is no multiple of its base unit: Cel, [degF], [pH], dB. */
  readonly fromUnitIsSpecial?: boolean;
}

/** How values of a unit become values of `unit`, its normal form in base units. */
interface Conversion {
  readonly unit: string;
  readonly convert: (value: number) => number | undefined;
}

/** With annotations in braces, which say nothing of the unit. */
const MAX_LENGTH = 200;
const MAX_CACHED = 1000;

/** Longer ones are nobody's units, and cost time. On white space the library writes to the console. */
const UNIT = /^[!-~]{1,100}$/;

/** A unit in brackets: all arbitrary units are. */
const BRACKETED = /\[[^[\]]+\]/g;

/**
 * Creates a converter of UCUM quantities to base units, by which search compares `100 mg/dL` with `1 g/L`
 * (https://hl7.org/fhir/R4/search.html#quantity). Amounts of substance are counts of particles, as UCUM has them: `mol/L` is not
 * comparable with `g/L`. The library (35 ms, 13 MB) is loaded with the first unit.
 *
 * @example createUnitConverter().canonical(100, 'mg/dL') // { value: 1000, unit: 'g.m-3' }
 */
export function createUnitConverter(): UnitConverter {
  const conversions = new Map<string, Conversion | undefined>();
  let utils: UcumUtils | undefined;

  function library(): UcumUtils {
    utils ??= (createRequire(import.meta.url)('@lhncbc/ucum-lhc') as UcumLibrary).UcumLhcUtils.getInstance();
    return utils;
  }

  function conversionOf(unit: string): Conversion | undefined {
    // Longer ones are no units: they are not worth the memory. Of `()` the library complains on the console.
    if (unit.length > MAX_LENGTH || unit.includes('()')) return undefined;
    if (conversions.has(unit)) return conversions.get(unit);
    const found = findConversion(unit, library);
    const [oldest] = conversions.keys();
    if (conversions.size >= MAX_CACHED && oldest !== undefined) conversions.delete(oldest);
    conversions.set(unit, found);
    return found;
  }

  return {
    canonical(value, unit) {
      const conversion = conversionOf(unit);
      const converted = conversion?.convert(value);
      if (conversion === undefined || converted === undefined || !Number.isFinite(converted)) return undefined;
      return { value: rounded(converted), unit: conversion.unit };
    },
  };
}

/**
 * To twelve digits: on other ways to the same number (`10*3/uL`, `10*9/L`) doubles differ in the sixteenth, and equal quantities must be
 * equal. Order is kept.
 */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function findConversion(text: string, library: () => UcumUtils): Conversion | undefined {
  // An annotation says nothing to UCUM (§6), and the library refuses some that are in use: `%{Negative Control}`.
  const unit = text.replace(/\{[^{}]*\}/g, '{a}');
  if (!UNIT.test(unit)) return undefined;
  const utils = library();
  const one = utils.convertToBaseUnits(unit, 1);
  if (one.status === 'failed') return arbitraryConversion(unit, utils);
  const { magnitude } = one;
  if (one.status !== 'succeeded' || magnitude === undefined) return undefined;
  const base = baseUnit(one);
  return one.fromUnitIsSpecial === true
    ? { unit: base, convert: (value) => utils.convertToBaseUnits(unit, value).magnitude }
    : { unit: base, convert: (value) => value * magnitude };
}

/**
 * Arbitrary units are comparable with themselves alone (UCUM §24), which the library leaves out: `m[IU]/L` with `[IU]/mL`. The unit's
 * place is taken by `rad`, a base unit that takes prefixes and is in none of these, and its own name is put back.
 */
function arbitraryConversion(unit: string, utils: UcumUtils): Conversion | undefined {
  const [name, ...more] = new Set(unit.replaceAll('[iU]', '[IU]').match(BRACKETED));
  if (name === undefined || more.length > 0) return undefined;
  const one = utils.convertToBaseUnits(unit.replace(BRACKETED, 'rad'), 1);
  const { magnitude } = one;
  if (one.status !== 'succeeded' || magnitude === undefined) return undefined;
  return { unit: baseUnit(one, name), convert: (value) => value * magnitude };
}

/** `g.m-3`: the same text for all units of a dimension; `1` for none. */
function baseUnit({ unitToExp = {} }: BaseUnits, rad = 'rad'): string {
  const factors = Object.entries(unitToExp).map(
    ([unit, exponent]) => `${unit === 'rad' ? rad : unit}${exponent === 1 ? '' : exponent}`,
  );
  return factors.sort().join('.') || '1';
}
