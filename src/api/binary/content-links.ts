import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import type { StoredResource } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { parseStored, resourceBytes } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import type { BinarySupport } from './binary-support.ts';
import { withUrl } from './content-extensions.ts';
import { inlineData } from './data-element.ts';
import type { Transfer } from './signed-urls.ts';

/** Link relations (https://www.iana.org/assignments/link-relations): where media is edited, and where it is. */
const RELATIONS: Readonly<Record<Transfer, string>> = { put: 'edit-media', get: 'enclosure' };

/** The media type of a Binary's content. */
export function contentTypeOf(version: StoredResource): string {
  const { contentType } = parseStored(version.body);
  return typeof contentType === 'string' ? contentType : 'application/octet-stream';
}

/**
 * Adds to an answer about a Binary whose content lies outside a signed URL for it: as an extension of the element that would hold it, and as a
 * link. It is nowhere stored.
 */
export function withContentLink(
  context: ServerContext,
  { urls }: BinarySupport,
  call: Call,
  version: StoredResource,
  transfer: Transfer,
  response: FhirResponse,
): FhirResponse {
  const resource = parseStored(version.body);
  const release = context.definitions.version;
  if (inlineData(resource, release) !== undefined) return response;
  const { id } = version;
  const grant = { transfer, id, version: version.version, contentType: contentTypeOf(version) };
  const url = urls.sign(grant, call.transport?.remoteAddress);
  const headers = { ...response.headers, link: `<${url}>; rel="${RELATIONS[transfer]}"` };
  const { preferences, presentation } = call;
  const showsResource = response.body !== undefined && (transfer === 'get' || preferences.return === 'representation');
  if (!showsResource) return { ...response, headers };
  const linked = Buffer.from(stringifyJson(withUrl(resource, release, transfer, url)));
  return { ...response, headers, body: resourceBytes(linked, presentation, context.definitions) };
}
