/** The codes of http://hl7.org/fhir/issue-type that the server uses. */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'security'
  | 'login'
  | 'expired'
  | 'forbidden'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'code-invalid'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'exception'
  | 'timeout'
  | 'throttled'
  | 'informational';

/** One issue of an OperationOutcome. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly code: IssueCode;
  /** What happened and why, for a person. Never holds patient data. */
  readonly text: string;
  /** FHIRPath of the element at fault. */
  readonly expression?: string | undefined;
}

/** What a {@link FhirError} may carry beside status, code and text. */
export interface FhirErrorDetails {
  readonly expression?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
  /** Further issues, shown after the first. */
  readonly issues?: readonly Issue[] | undefined;
}

/** An error that a client caused or must know of; becomes an OperationOutcome with an HTTP status in one place. */
export class FhirError extends Error {
  override readonly name = 'FhirError';
  readonly status: number;
  readonly code: IssueCode;
  readonly expression: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly Issue[];

  constructor(status: number, code: IssueCode, text: string, details: FhirErrorDetails = {}) {
    super(text, { cause: details.cause });
    this.status = status;
    this.code = code;
    this.expression = details.expression;
    this.headers = details.headers ?? {};
    this.issues = [{ severity: 'error', code, text, expression: details.expression }, ...(details.issues ?? [])];
  }
}

/** A 400: the request itself is wrong. */
export function badRequest(code: IssueCode, text: string, details?: FhirErrorDetails): FhirError {
  return new FhirError(400, code, text, details);
}

/** The OperationOutcome resource for some issues (https://hl7.org/fhir/R4/operationoutcome.html; STU3 has the same elements). */
export function operationOutcome(issues: readonly Issue[]): object {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map(({ severity, code, text, expression }) => ({
      severity,
      code,
      details: { text },
      diagnostics: text,
      ...(expression === undefined ? {} : { expression: [expression] }),
    })),
  };
}
