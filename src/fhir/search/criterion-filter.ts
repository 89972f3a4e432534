import { splitUnescaped } from './escapes.ts';
import { expressionFilter } from './filter-expression/expression-filter.ts';
import { parseFilterExpression } from './filter-expression/parse-filter-expression.ts';
import type { FilterScope } from './filter-scope.ts';
import { perType } from './filters.ts';
import { isSpecial, leafFilter } from './leaf-filter.ts';
import { type ParameterPath, parseParameterPath } from './parameter-path.ts';
import { pathFilter } from './path-filter.ts';
import { tooCostly } from './refusals.ts';
import type { QueryPair } from './search-context.ts';
import type { Filter } from './search-query.ts';

const MAX_VALUES = 10_000;

/** The filter for one criterion of a search over some types, each of which must have the parameter. @throws FhirError 400 */
export function criterionFilter(scope: FilterScope, types: readonly string[], [name, value]: QueryPair): Filter {
  if (name === '_filter') {
    const expression = parseFilterExpression(value);
    return perType(types, (type) => expressionFilter(scope, type, expression));
  }
  const path = parseParameterPath(name);
  const values = criterionValues(value);
  if (values.length > MAX_VALUES) throw tooCostly(`A search parameter may have at most ${MAX_VALUES} values.`);
  const alike = isAlike(scope, path) ? types.slice(0, 1) : types;
  return perType(alike, (type) => pathFilter(scope, type, path, (of, leaf) => leafFilter(scope, of, leaf, values)));
}

/** The values, still escaped, any of which will do (https://hl7.org/fhir/R4/search.html#combining); empty ones are left out. */
function criterionValues(value: string): readonly string[] {
  return splitUnescaped(value, ',').filter((one) => one !== '');
}

/** True when something in a criterion's value is empty: `name=` or `name=a,,b`. */
export function hasEmptyValue([name, value]: QueryPair): boolean {
  return name === '_filter' ? value.trim() === '' : splitUnescaped(value, ',').includes('');
}

/** True of a parameter that every type has in the same way. */
function isAlike({ context }: FilterScope, path: ParameterPath): boolean {
  if (path.kind !== 'leaf') return false;
  return isSpecial(path.code) || context.definitions.commonSearchParameters.some(({ code }) => code === path.code);
}
