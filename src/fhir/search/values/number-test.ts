import { decimalRange } from '../../decimal-range.ts';
import { invalidValue } from '../refusals.ts';
import type { Prefix, ValueTest } from '../search-query.ts';
import { splitPrefix } from './prefixed.ts';

/** "Approximately" is within a tenth (https://hl7.org/fhir/R4/search.html#prefix). */
const APPROXIMATION = 0.1;

/** A prefix and the range it compares with: implicit precision for eq and ne, a point for orders, a tenth around for ap. */
export interface NumberRange {
  readonly prefix: Prefix;
  readonly low: number;
  readonly high: number;
}

/** Reads `gt5.4`; undefined when there is no number. */
export function parseNumberRange(value: string): NumberRange | undefined {
  const [prefix, text] = splitPrefix(value);
  const range = decimalRange(text);
  if (range === undefined || !Number.isFinite(range.value)) return undefined;
  if (prefix === 'eq' || prefix === 'ne') return { prefix, low: range.low, high: range.high };
  if (prefix !== 'ap') return { prefix, low: range.value, high: range.value };
  const margin = Math.abs(range.value) * APPROXIMATION;
  return { prefix, low: Math.min(range.low, range.value - margin), high: Math.max(range.high, range.value + margin) };
}

/** A value such as `gt100` or `5.40` (https://hl7.org/fhir/R4/search.html#number). @throws FhirError 400 */
export function parseNumberTest(value: string, parameter: string): ValueTest {
  const range = parseNumberRange(value);
  if (range === undefined) throw invalidValue(parameter, 'a number such as 100, 5.40, 1e2 or gt-3');
  return { kind: 'number', ...range };
}
