import type { Definitions } from '../../fhir/definitions/definitions.ts';
import { parseJson } from '../../fhir/json/parse-json.ts';
import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import { project } from '../../fhir/projection.ts';
import { isJsonObject, type Resource } from '../../fhir/resource.ts';
import type { StoredResource, StoredVersion } from '../../storage/store.ts';
import type { FhirResponse } from '../http.ts';
import { isVerbatim, type Presentation } from '../negotiation/presentation.ts';
import type { ServerContext } from '../server-context.ts';
import { versionHeaders } from './etags.ts';

/** Nesting of what is stored was limited when it came in. */
const STORED_DEPTH = Number.POSITIVE_INFINITY;

/** A resource's bytes as they are to be shown: those stored, unless it is to be shortened or made pretty. */
export function resourceBytes(body: Uint8Array, presentation: Presentation, definitions: Definitions): Uint8Array {
  if (isVerbatim(presentation)) return body;
  const { summary, elements, pretty } = presentation;
  const resource = parseStored(body);
  const shown =
    summary === undefined && elements === undefined ? resource : project(resource, { summary, elements }, definitions);
  return Buffer.from(stringifyJson(shown, pretty));
}

/** A stored body, parsed. */
export function parseStored(body: Uint8Array): Resource {
  const resource = parseJson(body, { maxDepth: STORED_DEPTH });
  if (!isJsonObject(resource) || typeof resource.resourceType !== 'string')
    throw new Error('What is stored is no resource.');
  return resource as Resource;
}

/** Where a version is found: `[base]/Type/id/_history/n`. */
export function locationOf(context: Pick<ServerContext, 'baseUrl'>, { type, id, version }: StoredVersion): string {
  return `${context.baseUrl}/${type}/${id}/_history/${version}`;
}

/** A response that is one version of a resource (https://hl7.org/fhir/R4/http.html#read). */
export function renderResource(
  context: Pick<ServerContext, 'definitions'>,
  version: StoredResource,
  presentation: Presentation,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): FhirResponse {
  return {
    status,
    headers: { 'content-type': presentation.contentType, ...versionHeaders(version), ...headers },
    body: resourceBytes(version.body, presentation, context.definitions),
  };
}

/** Whether a version holds a resource, and is no deletion. */
export function isResource(version: StoredVersion): version is StoredResource {
  return version.body !== undefined;
}
