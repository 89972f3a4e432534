import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import { type FhirError, type Issue, type IssueCode, operationOutcome } from '../../fhir/operation-outcome.ts';
import type { FhirResponse } from '../http.ts';
import { FHIR_JSON } from '../negotiation/media-types.ts';
import type { Presentation } from '../negotiation/presentation.ts';

/** Codes that R4 added, by what STU3 has instead (https://hl7.org/fhir/STU3/valueset-issue-type.html). */
const STU3_CODES: ReadonlyMap<IssueCode, IssueCode> = new Map([
  ['multiple-matches', 'duplicate'],
  ['deleted', 'not-found'],
]);

/** The OperationOutcome of some issues, with the codes of the release. */
export function outcomeOf(issues: readonly Issue[], version: FhirVersion): object {
  if (version === '4.0.1') return operationOutcome(issues);
  return operationOutcome(issues.map((issue) => ({ ...issue, code: STU3_CODES.get(issue.code) ?? issue.code })));
}

/** How an outcome is written; without it: JSON, which is what is answered when the wish can't be met. */
export type OutcomeStyle = Pick<Presentation, 'contentType' | 'pretty'>;

/** A response that is an OperationOutcome. */
export function renderOutcome(
  status: number,
  issues: readonly Issue[],
  version: FhirVersion,
  style: OutcomeStyle = { contentType: FHIR_JSON, pretty: false },
  headers: Readonly<Record<string, string>> = {},
): FhirResponse {
  return {
    status,
    headers: { 'content-type': style.contentType, ...headers },
    body: Buffer.from(stringifyJson(outcomeOf(issues, version), style.pretty)),
  };
}

/** The response that an error becomes. */
export function renderError(error: FhirError, version: FhirVersion, style?: OutcomeStyle): FhirResponse {
  return renderOutcome(error.status, error.issues, version, style, error.headers);
}
