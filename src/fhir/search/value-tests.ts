import type { SearchParameterType } from '../definitions/definitions.ts';
import { unescaped } from './escapes.ts';
import type { FilterScope } from './filter-scope.ts';
import { notSupported, quoted } from './refusals.ts';
import type { ValueTest } from './search-query.ts';
import { parseDateTest } from './values/date-test.ts';
import { parseNumberTest } from './values/number-test.ts';
import { parseQuantityTest } from './values/quantity-test.ts';
import { parseReferenceTests, type ReferenceTarget } from './values/reference-test.ts';
import { parseTokenTest } from './values/token-test.ts';

/**
 * The tests, one of which must pass, that a value without a modifier stands for: several only for a bare id, which may be of several types.
 *
 * @throws FhirError 400 when the value is not written as its type asks.
 */
export function plainTests(
  scope: FilterScope,
  type: SearchParameterType,
  target: ReferenceTarget,
  value: string,
): readonly ValueTest[] {
  const tests = testsOf(scope, type, target, value);
  scope.spend(tests.length);
  return tests;
}

function testsOf({ context }: FilterScope, type: SearchParameterType, target: ReferenceTarget, value: string) {
  const { parameter } = target;
  switch (type) {
    case 'string':
      return [{ kind: 'string', match: 'starts-with', text: unescaped(value) }] satisfies ValueTest[];
    case 'token':
      return [parseTokenTest(value, parameter)];
    case 'reference':
      return parseReferenceTests(value, target, context);
    case 'date':
      return [parseDateTest(value, parameter, context.now())];
    case 'number':
      return [parseNumberTest(value, parameter)];
    case 'quantity':
      return [parseQuantityTest(value, parameter, context.units)];
    case 'uri':
      return [{ kind: 'uri', match: 'exact', uri: unescaped(value) }] satisfies ValueTest[];
    case 'composite':
    case 'special':
      throw notSupported(`The search parameter ${quoted(parameter)} can't be searched by here.`);
  }
}
