import type { SearchParameter } from '../definitions/definitions.ts';
import { compositeFilter } from './composite-filter.ts';
import { unescaped } from './escapes.ts';
import { type FilterScope, targetTypes } from './filter-scope.ts';
import { not } from './filters.ts';
import { matching, missing } from './indexed-filters.ts';
import { allowedModifiers, modifierRefused } from './modifiers.ts';
import { invalidValue, notSupported, quoted } from './refusals.ts';
import type { Filter, ValueTest } from './search-query.ts';
import { hierarchyTest, valueSetTest } from './token-sets.ts';
import { plainTests } from './value-tests.ts';
import { parseCanonicalBelowTest, type ReferenceTarget } from './values/reference-test.ts';
import { parseOfTypeTest, parseTokenTest } from './values/token-test.ts';

/** Types of elements that refer by URL (STU3 has no canonical). */
const CANONICALS = ['canonical', 'uri', 'url'];
const NONE: ReadonlySet<string> = new Set();

/** A parameter of a resource type, with what the search asks of it. */
export interface Criterion {
  readonly type: string;
  readonly parameter: SearchParameter;
  readonly modifier: string | undefined;
  /** Still escaped; any of them. */
  readonly values: readonly string[];
}

/** The filter for a parameter that a type defines. @throws FhirError 400 */
export function parameterFilter(scope: FilterScope, criterion: Criterion): Filter {
  const { parameter, modifier, values } = criterion;
  const { code } = parameter;
  if (!isSearchable(scope, criterion)) throw notSupported(`The search parameter ${quoted(code)} is not supported.`);
  const named = modifier === undefined ? undefined : namedType(scope, parameter, modifier);
  if (modifier === undefined || named !== undefined) return plainFilter(scope, criterion, named);
  const allowed = allowedModifiers(scope.context, criterion.type, parameter);
  if (!allowed.includes(modifier)) {
    throw modifierRefused(code, parameter.type, modifier, withTypes(scope, parameter, allowed));
  }
  if (modifier === 'missing') return missingFilter(scope, criterion);
  if (modifier === 'not') return not(plainFilter(scope, { ...criterion, modifier: undefined }, undefined));
  scope.spend(values.length);
  const tests = values.map((value) => modifiedTest(scope, criterion, modifier, value));
  const filter = matching(scope.context, criterion.type, code, tests, derivedBy(modifier));
  return modifier === 'not-in' ? not(filter) : filter;
}

/** False of parameters that no value of an element can be compared for, and of those about distances between places. */
function isSearchable({ context }: FilterScope, { type, parameter }: Criterion): boolean {
  if (parameter.type === 'special' || parameter.expression === undefined) return false;
  return !context.definitions.elementTypes(type, parameter.code).has('Location.position');
}

/** `:missing` (https://hl7.org/fhir/R4/search.html#modifiers). @throws FhirError 400 unless the value is true or false. */
function missingFilter({ context }: FilterScope, { type, parameter: { code }, values }: Criterion): Filter {
  const [value, ...more] = values;
  if (more.length > 0 || (value !== 'true' && value !== 'false')) {
    throw invalidValue(`${code}:missing`, 'true or false');
  }
  const filter = missing(context, type, code);
  return value === 'true' ? filter : not(filter);
}

function plainFilter(scope: FilterScope, { type, parameter, values }: Criterion, named: string | undefined): Filter {
  if (parameter.type === 'composite') return compositeFilter(scope, type, parameter, values);
  const target = referenceTarget(scope, type, parameter, named);
  const tests = values.flatMap((value) => plainTests(scope, parameter.type, target, value));
  const misplaced = tests.some((test) => named !== undefined && test.kind === 'reference' && test.type !== named);
  if (misplaced) throw invalidValue(`${parameter.code}:${named}`, `a reference to ${named}`);
  return matching(scope.context, type, parameter.code, tests);
}

function modifiedTest(scope: FilterScope, { type, parameter }: Criterion, modifier: string, value: string): ValueTest {
  const name = `${parameter.code}:${modifier}`;
  switch (modifier) {
    case 'exact':
    case 'contains':
      return { kind: 'string', match: modifier, text: unescaped(value) };
    case 'text':
      return { kind: 'token-text', text: unescaped(value) };
    case 'in':
    case 'not-in':
      return valueSetTest(value, parameter.code, scope);
    case 'of-type':
      return parseOfTypeTest(value, name);
    case 'identifier':
      return parseTokenTest(value, name);
    case 'above':
    case 'below':
      if (parameter.type === 'uri') return { kind: 'uri', match: modifier, uri: unescaped(value) };
      if (parameter.type === 'token') return hierarchyTest(value, parameter.code, modifier, scope);
      return parseCanonicalBelowTest(value, referenceTarget(scope, type, parameter, undefined));
    default:
      throw notSupported(`The modifier ${quoted(name)} is not supported.`);
  }
}

/** What the code of the entries that a modifier is about ends in (see `IndexEntry`). */
function derivedBy(modifier: string): string {
  return modifier === 'identifier' || modifier === 'of-type' ? `:${modifier}` : '';
}

/** The resource type that a reference's modifier names; undefined when it names none. @throws FhirError 400 when it can't be of it. */
function namedType({ context }: FilterScope, parameter: SearchParameter, modifier: string): string | undefined {
  if (parameter.type !== 'reference' || !context.definitions.isResourceType(modifier)) return undefined;
  if (targetTypes(context, parameter).includes(modifier)) return modifier;
  throw modifierRefused(parameter.code, 'reference', modifier, parameter.target ?? []);
}

function withTypes(
  { context }: FilterScope,
  parameter: SearchParameter,
  allowed: readonly string[],
): readonly string[] {
  if (parameter.type !== 'reference') return allowed;
  const types = targetTypes(context, parameter);
  return [...allowed, ...(types.length > 10 ? ['[type]'] : types)];
}

function referenceTarget(
  { context }: FilterScope,
  type: string,
  parameter: SearchParameter,
  named: string | undefined,
): ReferenceTarget {
  const elements = parameter.type === 'reference' ? context.definitions.elementTypes(type, parameter.code) : NONE;
  const canonical = CANONICALS.some((name) => elements.has(name));
  const types = named === undefined ? targetTypes(context, parameter) : [named];
  return { parameter: parameter.code, types, canonical };
}
