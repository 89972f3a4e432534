import { FhirError } from '../../fhir/operation-outcome.ts';
import { asFhirError } from '../errors.ts';

/**
 * The error of one entry as that of the Bundle: its expression leads through the entry. What is not the client's fault stays as it is.
 *
 * @param part where an error without an expression belongs.
 */
export function atEntry(error: unknown, index: number, part?: 'request' | 'resource'): unknown {
  const known = asFhirError(error);
  if (known === undefined) return error;
  const { status, code, message, headers } = known;
  return new FhirError(status, code, message, { expression: expressionOf(known, index, part), headers, cause: error });
}

function expressionOf({ expression }: FhirError, index: number, part: string | undefined): string {
  const entry = `Bundle.entry[${index}]`;
  if (expression === undefined) return part === undefined ? entry : `${entry}.${part}`;
  if (expression.startsWith('Bundle.entry[')) return expression;
  // Below the type, if it begins with one: Patient.id is entry[0].resource.id.
  return `${entry}.resource.${expression.replace(/^[A-Z][A-Za-z]*\./, '')}`;
}
