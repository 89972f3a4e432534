/** A decimal as written: its value, and the range that rounds to it at the precision it was written with. */
export interface DecimalRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * The value and implicit range of a decimal: `100` is [99.5, 100.5), `5.40` is [5.395, 5.405), `1e2` is [50, 150)
 * (https://hl7.org/fhir/R4/search.html#number). Computed on the digits: 5.4 - 0.05 in doubles would not be 5.35.
 */
export function decimalRange(text: string): DecimalRange | undefined {
  const match = DECIMAL.exec(text);
  if (match === null || text.length > 400) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  // In tenths of the last digit, half of that digit is 5.
  const tenths = BigInt(`${whole}${fraction}0`) * (sign === '-' ? -1n : 1n);
  const scale = Number(exponent) - fraction.length - 1;
  const low = Number(`${tenths - 5n}e${scale}`);
  const value = Number(text);
  // With 17 digits the range may be narrower than what two doubles lie apart; the value itself stays within.
  const high = Math.max(Number(`${tenths + 5n}e${scale}`), value + Math.abs(value) * Number.EPSILON * 0.6);
  return Number.isFinite(value) && Number.isFinite(low) && Number.isFinite(high) ? { value, low, high } : undefined;
}
