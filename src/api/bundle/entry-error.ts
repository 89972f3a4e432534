import { FhirError } from '../../fhir/operation-outcome.ts';
import { asFhirError } from '../errors.ts';

/** Headers that are about the whole answer. Others, an ETag for one, are about the entry's resource: they would be untrue of a Bundle's. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set(['retry-after', 'www-authenticate']);

/**
 * The error of one entry as that of the Bundle: its expressions lead through the entry. What is not the client's fault stays as it is.
 *
 * @param part where an error without an expression belongs.
 */
export function atEntry(error: unknown, index: number, part?: 'request' | 'resource'): unknown {
  const known = asFhirError(error);
  if (known === undefined) return error;
  const { status, code, message } = known;
  const [first, ...issues] = known.issues.map((issue) => ({
    ...issue,
    expression: expressionOf(issue.expression, index, part),
  }));
  const headers = Object.fromEntries(Object.entries(known.headers).filter(([name]) => OF_THE_WHOLE.has(name)));
  return new FhirError(status, code, message, { expression: first?.expression, issues, headers, cause: error });
}

function expressionOf(expression: string | undefined, index: number, part: string | undefined): string {
  const entry = `Bundle.entry[${index}]`;
  if (expression === undefined) return part === undefined ? entry : `${entry}.${part}`;
  if (expression.startsWith('Bundle.entry[')) return expression;
  // Below the type, if it begins with one: Patient.id is entry[0].resource.id.
  return `${entry}.resource.${expression.replace(/^[A-Z][A-Za-z]*\./, '')}`;
}
