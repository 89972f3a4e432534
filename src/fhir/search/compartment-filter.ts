import type { Definitions } from '../definitions/definitions.ts';
import { FhirError } from '../operation-outcome.ts';
import { type FilterScope, knownParameter } from './filter-scope.ts';
import { anyOf } from './filters.ts';
import { matching } from './indexed-filters.ts';
import { parseParameterPath } from './parameter-path.ts';
import { pathFilter } from './path-filter.ts';
import { notSupported, quoted, UnknownParameterError } from './refusals.ts';
import { type Filter, MATCH_NONE, type ValueTest } from './search-query.ts';

/** What compartment definitions write for "the resource itself". */
const ITSELF = '{def}';

/** The resource whose compartment is searched. */
export interface Compartment {
  readonly type: string;
  readonly id: string;
}

/**
 * The filter for resources of a type that are in a compartment (https://hl7.org/fhir/R4/compartmentdefinition.html): one of the
 * definition's parameters refers to the resource whose compartment it is. That resource is in its own.
 */
export function compartmentFilter(scope: FilterScope, compartment: Compartment, type: string): Filter {
  const paths = scope.context.definitions.compartmentParameters(compartment.type, type) ?? [];
  const references = paths
    .filter((path) => path !== ITSELF)
    .map((path) => referenceFilter(scope, compartment, type, path));
  const itself = compartment.type === type || paths.includes(ITSELF);
  return anyOf(itself ? [{ op: 'ids', ids: [compartment.id] }, ...references] : references);
}

/** STU3 has chains in its definitions: an AuditEvent is in the compartment of the `agent.patient`. */
function referenceFilter(scope: FilterScope, compartment: Compartment, type: string, path: string): Filter {
  const test: ValueTest = { kind: 'reference', type: compartment.type, id: compartment.id };
  try {
    return pathFilter(scope, type, parseParameterPath(path), (of, { code }) => {
      const parameter = knownParameter(scope.context, of, code);
      return parameter.type === 'reference' ? matching(scope.context, of, code, [test]) : MATCH_NONE;
    });
  } catch (error) {
    // Neither what a release's definitions get wrong nor what the caller may not read is in the compartment.
    if (error instanceof UnknownParameterError || (error instanceof FhirError && error.status === 403)) {
      return MATCH_NONE;
    }
    throw error;
  }
}

/** @throws FhirError 400 for a type that has no compartments. */
export function requireCompartment(definitions: Definitions, type: string): void {
  if (definitions.compartmentTypes.includes(type)) return;
  throw notSupported(`${quoted(type)} has no compartment; ${definitions.compartmentTypes.join(', ')} have.`);
}
