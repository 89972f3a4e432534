import { type FilterScope, knownParameter } from '../filter-scope.ts';
import { allOf, anyOf, not } from '../filters.ts';
import { matching, missing } from '../indexed-filters.ts';
import { isSpecial, leafFilter } from '../leaf-filter.ts';
import { type ParameterLeaf, parseParameterPath } from '../parameter-path.ts';
import { pathFilter } from '../path-filter.ts';
import { notSupported, quoted } from '../refusals.ts';
import type { Filter, ValueTest } from '../search-query.ts';
import { searchedRange } from '../values/date-test.ts';
import type { Comparison, FilterExpression } from './filter-expression.ts';

const PREFIXES: readonly Comparison[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb'];

/** The filter for a `_filter` (https://hl7.org/fhir/R4/search_filter.html). @throws FhirError 400 for what it says and we can't do. */
export function expressionFilter(scope: FilterScope, type: string, expression: FilterExpression): Filter {
  if (expression.kind === 'not') return not(expressionFilter(scope, type, expression.part));
  if (expression.kind !== 'comparison') {
    const filters = expression.parts.map((part) => expressionFilter(scope, type, part));
    return expression.kind === 'and' ? allOf(filters) : anyOf(filters);
  }
  const { path, comparison, value } = expression;
  return pathFilter(scope, type, parseParameterPath(path), (of, leaf) =>
    comparisonFilter(scope, of, leaf, comparison, value),
  );
}

function comparisonFilter(
  scope: FilterScope,
  type: string,
  leaf: ParameterLeaf,
  comparison: Comparison,
  value: string,
): Filter {
  const { code, modifier } = leaf;
  if (modifier !== undefined) {
    throw notSupported(`Modifiers such as ${quoted(`:${modifier}`)} are not part of "_filter".`);
  }
  const as = (modified: string | undefined, text: string) =>
    leafFilter(scope, type, { kind: 'leaf', code, modifier: modified }, [text]);
  if (comparison === 'pr') return as('missing', value === 'true' ? 'false' : value === 'false' ? 'true' : value);
  const kind = kindOf(scope, type, code);
  const match = (test: ValueTest): Filter => matching(scope.context, type, code, [test]);
  // `ne` and `ni`: there are values and none of them passes. The specification has "one does not", which is the same for single values.
  const presentBut = (filter: Filter): Filter => allOf([not(missing(scope.context, type, code)), not(filter)]);
  switch (kind) {
    case 'date':
      if (comparison === 'po' && code !== '_lastUpdated') {
        return match({ kind: 'date', prefix: 'ap', ...searchedRange(value, code) });
      }
      if (PREFIXES.includes(comparison)) return as(undefined, `${comparison}${value}`);
      break;
    case 'number':
    case 'quantity':
      if (PREFIXES.includes(comparison)) return as(undefined, `${comparison}${value}`);
      break;
    case 'string':
      if (comparison === 'eq') return match({ kind: 'string', match: 'exact', text: value });
      if (comparison === 'ne') return presentBut(match({ kind: 'string', match: 'exact', text: value }));
      if (comparison === 'sw') return match({ kind: 'string', match: 'starts-with', text: value });
      if (comparison === 'co') return match({ kind: 'string', match: 'contains', text: value });
      if (comparison === 'ew') return match({ kind: 'string', match: 'ends-with', text: value });
      break;
    case 'uri':
      if (comparison === 'eq') return match({ kind: 'uri', match: 'exact', uri: value });
      if (comparison === 'ne') return presentBut(match({ kind: 'uri', match: 'exact', uri: value }));
      if (comparison === 'sw') return match({ kind: 'uri', match: 'below', uri: value });
      if (comparison === 'co') return match({ kind: 'uri', match: 'contains', uri: value });
      break;
    case 'token':
      if (comparison === 'in') return as('in', value);
      if (comparison === 'ni') return presentBut(as('in', value));
      if (comparison === 'ss') return as('below', value);
      if (comparison === 'sb') return as('above', value);
      break;
    case 'reference':
      if (comparison === 're') return as(undefined, value);
      break;
  }
  if (comparison === 'eq') return as(undefined, value);
  if (comparison === 'ne') {
    return kind === 'special' ? not(as(undefined, value)) : presentBut(as(undefined, value));
  }
  throw notSupported(
    `The comparison ${quoted(comparison)} of "_filter" is not supported for ${quoted(code)}, which is a ${kind} search parameter.`,
  );
}

function kindOf(scope: FilterScope, type: string, code: string): string {
  if (code === '_lastUpdated') return 'date';
  return isSpecial(code) ? 'special' : knownParameter(scope.context, type, code).type;
}
