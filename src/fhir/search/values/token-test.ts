import { splitUnescaped, unescaped } from '../escapes.ts';
import { invalidValue } from '../refusals.ts';
import type { ValueTest } from '../search-query.ts';

/** `code`, `system|code`, `|code` (no system) or `system|` (any code of it) (https://hl7.org/fhir/R4/search.html#token). @throws FhirError 400 */
export function parseTokenTest(value: string, parameter: string): ValueTest & { readonly kind: 'token' } {
  const [first = '', second, ...more] = splitUnescaped(value, '|').map(unescaped);
  if (second === undefined) return { kind: 'token', code: first };
  if (more.length > 0 || (first === '' && second === '')) {
    throw invalidValue(parameter, '[code], [system]|[code], |[code] or [system]|, with any other "|" written as "\\|"');
  }
  return { kind: 'token', system: first, code: second || undefined };
}

/** `system|type|value` of an identifier (https://hl7.org/fhir/R4/search.html#token, modifier of-type). @throws FhirError 400 */
export function parseOfTypeTest(value: string, parameter: string): ValueTest {
  const [system, type, identifier, ...more] = splitUnescaped(value, '|').map(unescaped);
  if (!system || !type || !identifier || more.length > 0) {
    throw invalidValue(parameter, '[system]|[type code]|[identifier value], all three of them');
  }
  return { kind: 'token', system: `${system}|${type}`, code: identifier };
}
