import { badRequest, FhirError } from '../operation-outcome.ts';
import { mayRead } from './filter-scope.ts';
import { notReadable, quoted } from './refusals.ts';
import type { SearchContext, SearchInput } from './search-context.ts';

/**
 * The types that a search is over: the URL's, those of `_type`, or all (https://hl7.org/fhir/R4/http.html#search); within a compartment,
 * those that can be in it. At least one.
 *
 * @throws FhirError 400 for an unknown type, or one that can't be in the compartment; 403 for one that may not be read.
 */
export function searchedTypes(input: SearchInput, context: SearchContext): readonly string[] {
  const named = input.type === undefined ? namedTypes(input) : [input.type];
  if (named !== undefined) {
    for (const type of named) requireSearchable(type, input, context);
    return named;
  }
  const types = context.definitions.resourceTypes.filter(
    (type) => isInside(type, input, context) && mayRead(context, type),
  );
  if (types.length === 0) {
    throw new FhirError(403, 'forbidden', 'There is no type that you may read and that the search could be about.');
  }
  return types;
}

/** The value of `_type`, where it chooses the types. */
function namedTypes({ parameters }: SearchInput): readonly string[] | undefined {
  const values = parameters.filter(([name]) => name === '_type').map(([, value]) => value);
  if (values.length > 1) throw badRequest('invalid', '"_type" may be given only once; separate types by commas.');
  const [value] = values;
  return value === undefined || value === '' ? undefined : [...new Set(value.split(','))];
}

function requireSearchable(type: string, input: SearchInput, context: SearchContext): void {
  if (!context.definitions.isResourceType(type)) {
    throw badRequest('not-supported', `${quoted(type)} is not a resource type.`);
  }
  if (!mayRead(context, type)) throw notReadable(type);
  if (!isInside(type, input, context)) {
    throw badRequest(
      'not-supported',
      `${type} can't be in the compartment of a ${quoted(input.compartment?.type ?? '')}.`,
    );
  }
}

function isInside(type: string, { compartment }: SearchInput, { definitions }: SearchContext): boolean {
  if (compartment === undefined || compartment.type === type) return true;
  return definitions.compartmentParameters(compartment.type, type) !== undefined;
}
