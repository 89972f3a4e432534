import type { SearchParameter } from '../definitions/definitions.ts';
import { splitUnescaped } from './escapes.ts';
import { type FilterScope, targetTypes } from './filter-scope.ts';
import { fulfilling } from './indexed-filters.ts';
import { invalidValue, notSupported, quoted } from './refusals.ts';
import type { Filter, ValueTest } from './search-query.ts';
import { plainTests } from './value-tests.ts';

/** `code$value` and the like (https://hl7.org/fhir/R4/search.html#combining): all parts hold of one element. @throws FhirError 400 */
export function compositeFilter(
  scope: FilterScope,
  type: string,
  parameter: SearchParameter,
  values: readonly string[],
): Filter {
  const { code, components = [] } = parameter;
  if (components.length === 0) {
    throw notSupported(`The composite search parameter ${quoted(code)} has no parts that are known here.`);
  }
  const tuples = values.flatMap((value) => {
    const parts = splitUnescaped(value, '$');
    if (parts.length !== components.length || parts.includes('')) {
      throw invalidValue(
        code,
        `${components.map((component) => `[${component.code}]`).join('$')}, with any other "$" written as "\\$"`,
      );
    }
    const tests = components.map((component, i) => {
      // The component names a search parameter of the same type; that one knows what it may refer to.
      const types = targetTypes(scope.context, scope.context.definitions.searchParameter(type, component.code) ?? {});
      const target = { parameter: `${code}$${component.code}`, types, canonical: false };
      return plainTests(scope, component.type, target, parts[i] ?? '');
    });
    return combinations(tests);
  });
  return fulfilling(scope.context, type, code, tuples);
}

/** Every way to take one test of each component. */
function combinations(tests: readonly (readonly ValueTest[])[]): readonly (readonly ValueTest[])[] {
  return tests.reduce<readonly (readonly ValueTest[])[]>(
    (tuples, next) => tuples.flatMap((tuple) => next.map((test) => [...tuple, test])),
    [[]],
  );
}
