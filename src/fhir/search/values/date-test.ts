import { dateRange } from '../../date-range.ts';
import { invalidValue } from '../refusals.ts';
import type { ValueTest } from '../search-query.ts';
import { splitPrefix } from './prefixed.ts';

/** A test of dates. */
export type DateTest = ValueTest & { readonly kind: 'date' };

/** How far from a date "approximately" reaches, of its distance from now (https://hl7.org/fhir/R4/search.html#prefix). */
const APPROXIMATION = 0.1;

/** The range that a date in a search covers. @throws FhirError 400 */
export function searchedRange(text: string, parameter: string): { readonly low: number; readonly high: number } {
  // A "+" that a client left unencoded before a time zone has become a space.
  const range = dateRange(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (range === undefined) {
    throw invalidValue(parameter, 'a date such as 2013, 2013-01-14, ge2013-01-14T10:00 or lt2013-01-14T10:00:00Z');
  }
  return range;
}

/** A value such as `ge2013-01` (https://hl7.org/fhir/R4/search.html#date). @throws FhirError 400 */
export function parseDateTest(value: string, parameter: string, now: number): DateTest {
  const [prefix, text] = splitPrefix(value);
  const { low, high } = searchedRange(text, parameter);
  if (prefix !== 'ap') return { kind: 'date', prefix, low, high };
  const distance = now < low ? low - now : Math.max(0, now - high);
  const margin = Math.round(distance * APPROXIMATION);
  return { kind: 'date', prefix, low: low - margin, high: high + margin };
}
