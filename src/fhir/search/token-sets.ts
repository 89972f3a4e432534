import { splitUnescaped, unescaped } from './escapes.ts';
import type { FilterScope } from './filter-scope.ts';
import { invalidValue, notSupported, quoted } from './refusals.ts';
import type { SearchContext } from './search-context.ts';
import type { ValueTest } from './search-query.ts';

/** A value set as `resolveValueSet` and the messages know it: `ValueSet/id` where it is below our base, else its URL. */
export function valueSetReference(value: string, { baseUrl }: SearchContext): string {
  const reference = unescaped(value);
  return reference.startsWith(`${baseUrl}/ValueSet/`) ? reference.slice(baseUrl.length + 1) : reference;
}

/** The test of `:in` (https://hl7.org/fhir/R4/search.html#token). @throws FhirError 400 when the codes can't be enumerated. */
export function valueSetTest(value: string, parameter: string, { context, valueSets }: FilterScope): ValueTest {
  const reference = valueSetReference(value, context);
  const sets = context.terminology.expand(reference) ?? valueSets.get(reference);
  if (sets !== undefined) return { kind: 'token-in', sets };
  throw notSupported(
    `The value set that ${quoted(parameter)} names with :in or :not-in is not known here, or its codes can't be enumerated: ${quoted(reference)}.`,
  );
}

/** The test of `:below` and `:above` (https://hl7.org/fhir/R4/search.html#token). @throws FhirError 400 when the hierarchy is not known. */
export function hierarchyTest(
  value: string,
  parameter: string,
  direction: 'below' | 'above',
  scope: FilterScope,
): ValueTest {
  const [system, code, ...more] = splitUnescaped(value, '|').map(unescaped);
  if (!system || !code || more.length > 0) {
    throw invalidValue(parameter, `[system]|[code], as :${direction} follows a system's hierarchy`);
  }
  const codes = scope.context.terminology[direction](system, code);
  if (codes !== undefined) return { kind: 'token-in', sets: [{ system, codes }] };
  throw notSupported(
    `The code that ${quoted(parameter)} names with :${direction}, or its system ${quoted(system)}, is not known here.`,
  );
}
