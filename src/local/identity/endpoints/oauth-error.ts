import type { FhirResponse } from '../../../api/http.ts';
import { FhirError } from '../../../fhir/operation-outcome.ts';
import { jsonResponse } from './json-response.ts';

/** The codes of RFC 6749, section 5.2, and two for what it leaves to HTTP. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'
  | 'server_error';

/** What is answered with tokens in it, or about them, is kept nowhere (RFC 6749, section 5.1). */
export const NO_STORE: Readonly<Record<string, string>> = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** An error of the token endpoints; becomes JSON in one place. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: OAuthErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /** @param description printable ASCII without quotes and backslashes */
  constructor(
    status: number,
    code: OAuthErrorCode,
    description: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function invalidRequest(description: string, status = 400): OAuthError {
  return new OAuthError(status, 'invalid_request', description);
}

/** The answer that an error becomes. */
export function renderOAuthError(error: unknown): FhirResponse {
  const { status, code, message, headers } = asOAuthError(error);
  return jsonResponse(status, { error: code, error_description: message }, { ...NO_STORE, ...headers });
}

function asOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (!(error instanceof FhirError)) return new OAuthError(500, 'server_error', 'The server failed.');
  const { status, message, headers } = error;
  if (status === 401) return new OAuthError(401, 'invalid_client', message, headers);
  if (status === 429) return new OAuthError(429, 'temporarily_unavailable', message, headers);
  return new OAuthError(status, status < 500 ? 'invalid_request' : 'server_error', message, headers);
}
