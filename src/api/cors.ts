import { FhirError } from '../fhir/operation-outcome.ts';
import type { FhirRequest, FhirResponse } from './http.ts';
import { renderError } from './render/render-outcome.ts';

type Handle = (request: FhirRequest) => Promise<FhirResponse>;

export interface CorsOptions {
  /** The origins whose pages may call (`https://app.example.org`), or `*` for all. None: browsers let no other site's page call. */
  readonly origins: readonly string[];
}

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** What a page may send. */
const REQUEST_HEADERS = [
  'accept',
  'authorization',
  'content-digest',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-exist',
  'if-none-match',
  'prefer',
  'range',
  'upload-digest',
  'upload-length',
  'x-amz-checksum-sha256',
  'x-api-key',
  'x-request-id',
].join(', ');

/** What a page may read of an answer, beside its body and the few headers that every page may read. */
const EXPOSED_HEADERS = [
  'accept-ranges',
  'content-disposition',
  'content-location',
  'content-range',
  'etag',
  'last-modified',
  'link',
  'location',
  'preference-applied',
  'retry-after',
  'www-authenticate',
  'x-request-id',
].join(', ');

/** s for which a browser need not ask again. */
const MAX_AGE = '3600';

/**
 * Lets the pages of some origins call the server from a browser (https://fetch.spec.whatwg.org/#http-cors-protocol). A preflight is answered
 * here, before anyone is asked who they are: browsers send no credentials with it. Cookies and the like are never allowed; keys and tokens
 * are headers, which a page must have to send.
 *
 * Goes inside `guardHost`: a server on this machine alone answers no page for another host's name, whatever its origin.
 */
export function withCors(handle: Handle, { origins }: CorsOptions): Handle {
  if (origins.length === 0) return handle;
  const any = origins.includes('*');
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  return async (request) => {
    const { origin, 'access-control-request-method': asked } = request.headers;
    const isAllowed = origin !== undefined && (any || allowed.has(origin.toLowerCase()));
    const isPreflight = request.method === 'OPTIONS' && origin !== undefined && asked !== undefined;
    const response = isPreflight ? answerPreflight(isAllowed) : await handle(request);
    const { headers } = response;
    // A cache that keeps the answer for one origin must not give it to another.
    if (!any) headers.vary = headers.vary === undefined ? 'origin' : `${headers.vary}, origin`;
    if (!isAllowed) return response;
    headers['access-control-allow-origin'] = any ? '*' : origin;
    if (!isPreflight) headers['access-control-expose-headers'] = EXPOSED_HEADERS;
    return response;
  };
}

function answerPreflight(isAllowed: boolean): FhirResponse {
  if (!isAllowed) {
    const text =
      "Pages of this origin may not call this server; the origins that may are named in its configuration's server.cors.";
    return renderError(new FhirError(403, 'forbidden', text), '4.0.1');
  }
  const headers = {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': MAX_AGE,
  };
  return { status: 204, headers };
}
