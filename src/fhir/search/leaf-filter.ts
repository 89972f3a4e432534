import { unescaped } from './escapes.ts';
import { type FilterScope, knownParameter, mayRead } from './filter-scope.ts';
import { anyOf, not } from './filters.ts';
import { requireModifier } from './modifiers.ts';
import { parameterFilter } from './parameter-filter.ts';
import type { ParameterLeaf } from './parameter-path.ts';
import { invalidValue, notReadable, notSupported } from './refusals.ts';
import { type Filter, MATCH_ALL, MATCH_NONE } from './search-query.ts';
import { parseDateTest } from './values/date-test.ts';

type SpecialFilter = (scope: FilterScope, values: readonly string[], modifier: string | undefined) => Filter;

/** Parameters that are about something else than a resource's elements (https://hl7.org/fhir/R4/search.html#all). */
const SPECIAL: ReadonlyMap<string, SpecialFilter> = new Map([
  ['_id', idFilter],
  ['_lastUpdated', lastUpdatedFilter],
  ['_type', typeFilter],
  ['_list', listFilter],
  ['_text', textFilter('_text', 'narrative')],
  ['_content', textFilter('_content', 'content')],
]);

/** True of a parameter that means the same for every type. */
export function isSpecial(code: string): boolean {
  return SPECIAL.has(code);
}

/** The filter for a parameter of the resource itself. @throws FhirError 400 */
export function leafFilter(
  scope: FilterScope,
  type: string,
  { code, modifier }: ParameterLeaf,
  values: readonly string[],
): Filter {
  const special = SPECIAL.get(code);
  if (special !== undefined) return special(scope, values, modifier);
  return parameterFilter(scope, { type, parameter: knownParameter(scope.context, type, code), modifier, values });
}

/** `_id`, `_id:not`; every resource has one. */
function idFilter(scope: FilterScope, values: readonly string[], modifier: string | undefined): Filter {
  requireModifier('_id', 'token', modifier, ['missing', 'not']);
  if (modifier === 'missing') return alwaysThere('_id', values);
  scope.spend(values.length);
  const ids: Filter = { op: 'ids', ids: [...new Set(values.map(unescaped))] };
  return modifier === 'not' ? not(ids) : ids;
}

function lastUpdatedFilter(scope: FilterScope, values: readonly string[], modifier: string | undefined): Filter {
  requireModifier('_lastUpdated', 'date', modifier, ['missing']);
  if (modifier === 'missing') return alwaysThere('_lastUpdated', values);
  scope.spend(values.length);
  const now = scope.context.now();
  return anyOf(values.map((value) => ({ op: 'lastUpdated', test: parseDateTest(value, '_lastUpdated', now) })));
}

function alwaysThere(code: string, values: readonly string[]): Filter {
  if (values.length !== 1 || (values[0] !== 'true' && values[0] !== 'false')) {
    throw invalidValue(`${code}:missing`, 'true or false');
  }
  return values[0] === 'true' ? MATCH_NONE : MATCH_ALL;
}

/** `_type`, where it does not choose the types searched: in a search of one type, or at the end of a chain. */
function typeFilter({ context }: FilterScope, values: readonly string[], modifier: string | undefined): Filter {
  requireModifier('_type', 'token', modifier, []);
  if (!values.every((value) => context.definitions.isResourceType(value))) {
    throw invalidValue('_type', 'names of resource types');
  }
  return { op: 'types', types: values };
}

/** Resources that a List refers to (https://hl7.org/fhir/R4/search.html#list). */
function listFilter({ context }: FilterScope, values: readonly string[], modifier: string | undefined): Filter {
  requireModifier('_list', 'special', modifier, []);
  if (values.some((value) => value.startsWith('$'))) {
    throw notSupported(
      'Functional lists such as "$current-problems" are not supported in "_list"; name a List by its id.',
    );
  }
  if (!mayRead(context, 'List')) throw notReadable('List');
  const ids = values.map((value) => unescaped(value).replace(/^List\//, ''));
  return { op: 'has', type: 'List', parameter: 'item', filter: { op: 'ids', ids } };
}

/** `_text` and `_content` (https://hl7.org/fhir/R4/search.html#content). */
function textFilter(code: string, field: 'narrative' | 'content'): SpecialFilter {
  return (scope, values, modifier) => {
    requireModifier(code, 'text', modifier, []);
    scope.spend(values.length);
    return anyOf(values.map((value) => ({ op: 'text', field, text: unescaped(value) })));
  };
}
