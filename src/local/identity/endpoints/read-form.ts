import type { FhirRequest } from '../../../api/http.ts';
import { invalidRequest } from './oauth-error.ts';

/** Bytes: room for two tokens, and for a password of any sense. */
const LIMIT = 16 * 1024;

/**
 * Reads the form of a request to a token endpoint (RFC 6749, section 3.2).
 *
 * @throws OAuthError, FhirError 413
 */
export async function readForm({ headers, body }: FhirRequest): Promise<ReadonlyMap<string, string>> {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('The body must be a form: application/x-www-form-urlencoded.');
  }
  const text = decoded(await body(LIMIT));
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    // Parameters without a value are as if they were not there.
    if (value === '') continue;
    if (form.has(name)) throw invalidRequest('A parameter is there twice.');
    form.set(name, value);
  }
  return form;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest('The body is not UTF-8.');
  }
}
