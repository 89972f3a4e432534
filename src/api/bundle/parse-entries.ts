import { badRequest } from '../../fhir/operation-outcome.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../../fhir/resource.ts';
import { parseQueryString } from '../../fhir/search/parse-query-string.ts';
import type { Call } from '../call.ts';
import type { Interaction } from '../interactions/interaction.ts';
import type { Preferences } from '../negotiation/preferences.ts';
import { parsePresentation, requireSummary } from '../negotiation/presentation.ts';
import { route } from '../router.ts';
import type { ServerContext } from '../server-context.ts';
import { basePathOf, belowBase } from '../service-base.ts';
import { atEntry } from './entry-error.ts';

/** An entry of a batch or transaction, understood. */
export interface Entry {
  /** Its place in the Bundle. */
  readonly index: number;
  readonly fullUrl: string | undefined;
  readonly interaction: Interaction;
  readonly call: Call;
}

/** The conditions of an entry's request, by the HTTP header that says the same. */
const CONDITIONS = {
  ifMatch: 'if-match',
  ifNoneMatch: 'if-none-match',
  ifModifiedSince: 'if-modified-since',
  ifNoneExist: 'if-none-exist',
} as const;

/** The entries of a Bundle, as an array. @throws FhirError 400 */
export function entriesOf(bundle: Resource): readonly JsonValue[] {
  const { entry = [] } = bundle;
  if (!Array.isArray(entry)) throw badRequest('structure', '"entry" is not an array.', { expression: 'Bundle.entry' });
  return entry;
}

/** Reads one entry (https://hl7.org/fhir/R4/bundle.html#Bundle.entry). @throws FhirError whose expression names the element */
export function parseEntry(context: ServerContext, json: JsonValue, index: number, preferences: Preferences): Entry {
  try {
    return parse(context, json, index, preferences);
  } catch (error) {
    throw atEntry(error, index, 'request');
  }
}

function parse(context: ServerContext, json: JsonValue, index: number, preferences: Preferences): Entry {
  const at = `Bundle.entry[${index}]`;
  if (!isJsonObject(json)) throw badRequest('structure', 'The entry is not an object.', { expression: at });
  const { request, resource, fullUrl } = json;
  if (fullUrl !== undefined && typeof fullUrl !== 'string') {
    throw badRequest('structure', '"fullUrl" is not a string.', { expression: `${at}.fullUrl` });
  }
  if (!isJsonObject(request)) {
    throw badRequest('required', 'An entry of a batch or transaction needs a request.', {
      expression: `${at}.request`,
    });
  }
  const method = text(request, 'method', `${at}.request`);
  const url = text(request, 'url', `${at}.request`);
  if (method === 'PATCH') {
    throw badRequest('not-supported', 'PATCH is not served.', { expression: `${at}.request.method` });
  }
  if (!/^(GET|HEAD|POST|PUT|DELETE)$/.test(method)) {
    throw badRequest('value', 'The method is one of GET, HEAD, POST, PUT, DELETE.', {
      expression: `${at}.request.method`,
    });
  }
  // Only a path from the server's root can begin with that of the base.
  const basePath = url.startsWith('/') ? basePathOf(context.baseUrl) : '';
  const { path, query } = belowBase(relative(context, url), basePath);
  const interaction = route(method, path, context.definitions);
  if (interaction.name === 'batch') throw badRequest('not-supported', 'A Bundle within a Bundle is not carried out.');
  if (resource === undefined && /^(create|update)/.test(interaction.name)) {
    throw badRequest('required', `An entry with the method ${method} needs a resource.`, { expression: at });
  }
  const parameters = parseQueryString(query);
  const headers = conditions(request, at);
  const presentation = parsePresentation(headers, parameters, context.definitions.version);
  requireSummary(presentation, interaction.name);
  return {
    index,
    fullUrl,
    interaction,
    call: {
      method,
      headers,
      body: async () => new Uint8Array(),
      query,
      parameters,
      presentation,
      preferences,
      json: resource,
    },
  };
}

/** URLs are relative to the base, or absolute and on it. */
function relative({ baseUrl }: ServerContext, url: string): string {
  if (url === baseUrl) return '/';
  if (url.startsWith(baseUrl) && /^[/?]/.test(url.slice(baseUrl.length))) return url.slice(baseUrl.length);
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) throw badRequest('value', "The entry's URL is not on this server.");
  return url.startsWith('/') ? url : `/${url}`;
}

function text(object: JsonObject, name: string, at: string): string {
  const value = object[name];
  if (typeof value === 'string' && value !== '') return value;
  throw badRequest('required', `The entry's request has no ${name}.`, { expression: `${at}.${name}` });
}

/** @throws FhirError 400 */
function conditions(request: JsonObject, at: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, header] of Object.entries(CONDITIONS)) {
    const value = request[name];
    if (typeof value === 'string') headers[header] = value;
    else if (value !== undefined) throw badRequest('structure', `"${name}" is not a string.`);
  }
  const since = headers['if-modified-since'];
  if (since === undefined) return headers;
  // An instant in a Bundle, a date of HTTP's own form in a header.
  const time = new Date(since);
  if (Number.isNaN(time.getTime())) {
    throw badRequest('value', '"ifModifiedSince" is an instant such as 2024-01-31T10:00:00Z.', {
      expression: `${at}.request.ifModifiedSince`,
    });
  }
  headers['if-modified-since'] = time.toUTCString();
  return headers;
}
