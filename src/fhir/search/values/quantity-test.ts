import { splitUnescaped, unescaped } from '../escapes.ts';
import { invalidValue } from '../refusals.ts';
import type { UnitConverter } from '../search-context.ts';
import type { ValueTest } from '../search-query.ts';
import { type NumberRange, parseNumberRange } from './number-test.ts';

const UCUM = 'http://unitsofmeasure.org';

/** `[prefix]number`, `[prefix]number|system|code` or `[prefix]number||code` (https://hl7.org/fhir/R4/search.html#quantity). @throws FhirError 400 */
export function parseQuantityTest(value: string, parameter: string, units: UnitConverter): ValueTest {
  const parts = splitUnescaped(value, '|').map(unescaped);
  const [number = '', system = '', code = ''] = parts;
  const range = parseNumberRange(number);
  if (range === undefined || parts.length === 2 || parts.length > 3) {
    throw invalidValue(
      parameter,
      'a quantity: [number], [number]|[system]|[code] or [number]||[code], such as gt5.4|http://unitsofmeasure.org|mg',
    );
  }
  return {
    kind: 'quantity',
    ...range,
    system: system || undefined,
    code: code || undefined,
    canonical: system === UCUM && code !== '' ? canonicalRange(range, code, units) : undefined,
  };
}

function canonicalRange({ low, high }: NumberRange, code: string, units: UnitConverter) {
  const from = units.canonical(low, code);
  const to = low === high ? from : units.canonical(high, code);
  const middle = units.canonical((low + high) / 2, code);
  if (from === undefined || to === undefined || middle === undefined) return undefined;
  // Canonical values have twelve digits: for a value with more, the range's end may have been rounded to the value itself.
  const beyond = low === high ? middle.value : middle.value + Math.abs(middle.value) * 1e-11;
  return { low: Math.min(from.value, to.value), high: Math.max(from.value, to.value, beyond), unit: from.unit };
}
