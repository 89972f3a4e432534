import { badRequest, type Issue } from '../operation-outcome.ts';
import { compartmentFilter, requireCompartment } from './compartment-filter.ts';
import { criterionFilter, hasEmptyValue } from './criterion-filter.ts';
import { createFilterScope } from './filter-scope.ts';
import { allOf, perType } from './filters.ts';
import { parseIncludes } from './includes.ts';
import { quoted, tooCostly, UnknownParameterError } from './refusals.ts';
import { baseName, isResultParameter, parseResultParameters } from './result-parameters.ts';
import type { ParsedSearch, QueryPair, SearchContext, SearchInput } from './search-context.ts';
import type { Filter, Include, SortKey } from './search-query.ts';
import { searchedTypes } from './searched-types.ts';
import { parseSort } from './sort.ts';
import { resolveValueSets } from './value-sets.ts';

const MAX_PARAMETERS = 1000;
/** A `*` is one for each type. */
const MAX_INCLUDES = 1000;

/**
 * Turns a URL's query into a typed search (https://hl7.org/fhir/R4/search.html).
 *
 * @throws FhirError 400 for what is wrong, too costly or not supported; under lenient handling, parameters that are not known and empty
 * ones are ignored instead, each with an issue. 403 for a type that is named and may not be read.
 */
export async function parseSearch(input: SearchInput, context: SearchContext): Promise<ParsedSearch> {
  if (input.parameters.length > MAX_PARAMETERS) {
    throw tooCostly(`A search may have at most ${MAX_PARAMETERS} parameters.`);
  }
  if (input.compartment !== undefined) requireCompartment(context.definitions, input.compartment.type);
  const ignored = new Map<QueryPair, Issue>();
  const given = input.parameters.filter((pair) => !ignoreEmpty(pair, input, ignored));
  const types = searchedTypes(input, context);
  const results = parseResultParameters(
    given.filter(([name]) => isResultParameter(name)),
    context.limits,
  );
  const scope = createFilterScope(context, await resolveValueSets(given, context));

  const filters: Filter[] = [];
  const includes: Include[] = [];
  const sort: SortKey[] = [];
  const { compartment } = input;
  if (compartment !== undefined) filters.push(perType(types, (type) => compartmentFilter(scope, compartment, type)));
  for (const pair of given) {
    const [name, value] = pair;
    try {
      if (name === '_sort') sort.push(...parseSort(value, types, context));
      else if (isInclude(name)) includes.push(...parseIncludes(pair, types, context));
      else if (isCriterion(name, input)) filters.push(criterionFilter(scope, types, pair));
      if (includes.length > MAX_INCLUDES) throw tooCostly('The search includes too much; name types and parameters.');
    } catch (error) {
      if (!(error instanceof UnknownParameterError) || input.handling === 'strict') throw error;
      ignored.set(pair, ignoring(error.message));
    }
  }
  const { count, total, cursor, summary, elements } = results;
  return {
    query: { types, filter: allOf(filters), sort, includes, count, total, cursor },
    understood: input.parameters.filter((pair) => !ignored.has(pair)).map((pair) => inEffect(pair, count)),
    issues: [...ignored.values()],
    summary,
    elements,
  };
}

function isInclude(name: string): boolean {
  return baseName(name) === '_include' || baseName(name) === '_revinclude';
}

function isCriterion(name: string, { type }: SearchInput): boolean {
  return !isResultParameter(name) && !(name === '_type' && type === undefined);
}

/** Notes a parameter with an empty value, which is no error under lenient handling. */
function ignoreEmpty(pair: QueryPair, { handling }: SearchInput, ignored: Map<QueryPair, Issue>): boolean {
  if (!hasEmptyValue(pair) || (isResultParameter(pair[0]) && pair[1] !== '')) return false;
  const text = `${quoted(pair[0])} has an empty value.`;
  if (handling === 'strict') throw badRequest('value', text);
  if (/[^,\s]/.test(pair[1])) return false;
  ignored.set(pair, ignoring(text));
  return true;
}

function ignoring(reason: string): Issue {
  return { severity: 'warning', code: 'not-supported', text: `Ignored: ${reason}` };
}

function inEffect([name, value]: QueryPair, count: number): QueryPair {
  return name === '_count' ? [name, String(count)] : [name, value];
}
