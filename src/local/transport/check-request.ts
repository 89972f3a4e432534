import type { IncomingMessage } from 'node:http';
import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';

export interface RequestLimits {
  /** Characters of path and query. */
  readonly maxUrlLength: number;
  /** How many headers. */
  readonly maxHeaders: number;
}

/** What is wrong with a request before anyone looks at what it asks for; undefined when nothing is. */
export function checkRequest(request: IncomingMessage, { maxUrlLength, maxHeaders }: RequestLimits) {
  const { url = '', rawHeaders, httpVersion } = request;
  if (url.length > maxUrlLength) return urlTooLong();
  // Node leaves out what is over its own limit, silently.
  if (rawHeaders.length > maxHeaders * 2) {
    return new FhirError(431, 'too-long', `The request has more than ${maxHeaders} headers.`);
  }
  // RFC 9112, section 3.2: of two names, the proxy before us may have taken the other one.
  const hosts = countHosts(rawHeaders);
  if (hosts > 1) return badRequest('invalid', 'The request has more than one Host header.');
  if (hosts === 0 && httpVersion === '1.1') return badRequest('invalid', 'The request has no Host header.');
  return undefined;
}

/** The error for a URL that is too long. */
export function urlTooLong(): FhirError {
  return new FhirError(
    414,
    'too-long',
    'The URL is too long. A long search can be sent as a form, by POST to _search.',
  );
}

/** Node keeps the first of several and does not say so. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
