import type { SearchParameter } from '../definitions/definitions.ts';
import { badRequest } from '../operation-outcome.ts';
import { knownParameter } from './filter-scope.ts';
import { notSupported, quoted, tooCostly } from './refusals.ts';
import type { SearchContext } from './search-context.ts';
import type { SortKey } from './search-query.ts';

const MAX_KEYS = 10;

/**
 * `_sort=status,-date` (https://hl7.org/fhir/R4/search.html#sort). Each is a parameter of every type searched.
 *
 * @throws FhirError 400; UnknownParameterError.
 */
export function parseSort(value: string, types: readonly string[], context: SearchContext): readonly SortKey[] {
  const keys = value.split(',');
  if (keys.length > MAX_KEYS) throw tooCostly(`"_sort" takes at most ${MAX_KEYS} search parameters.`);
  return keys.map((key) => {
    const descending = key.startsWith('-');
    const code = descending ? key.slice(1) : key;
    if (code === '') {
      throw badRequest('value', '"_sort" takes search parameters, a "-" before those that go down: status,-date.');
    }
    const type = sortType(code, types, context);
    const codes = new Set(types.flatMap((of) => context.definitions.sharedIndex(of).codesOf(code)));
    const [parameter = code, ...also] = codes;
    return also.length === 0 ? { parameter, type, descending } : { parameter, also, type, descending };
  });
}

function sortType(code: string, types: readonly string[], context: SearchContext): SortKey['type'] {
  if (code === '_id') return 'token';
  if (code === '_lastUpdated') return 'date';
  if (code === '_score') throw notSupported('Sorting by "_score" is not supported.');
  const [first, ...others] = types.map((type) => sortable(knownParameter(context, type, code)));
  if (first === undefined) throw notSupported(`Nothing can be sorted by ${quoted(code)}.`);
  if (others.some((other) => other !== first)) {
    throw notSupported(`${quoted(code)} is of different kinds in the types searched; they can't be sorted by it.`);
  }
  return first;
}

function sortable({ code, type, expression }: SearchParameter): SortKey['type'] {
  if (type !== 'composite' && type !== 'special' && expression !== undefined) return type;
  throw notSupported(`Sorting by ${quoted(code)}, a ${type} search parameter, is not supported.`);
}
