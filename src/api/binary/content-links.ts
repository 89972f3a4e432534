import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import type { StoredResource } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { parseStored, resourceBytes } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import { dataElement, inlineData } from './binary-content.ts';
import type { BinarySupport } from './binary-support.ts';
import type { Transfer } from './signed-urls.ts';

/** The extensions of `Binary.data` that say where its content is to be put, and had (docs/binary.md). */
export const URL_EXTENSIONS: Readonly<Record<Transfer, string>> = {
  put: 'urn:uuid:3c1f6f0e-7f0e-4a53-9d0c-6a1f3b2f5a10',
  get: 'urn:uuid:5b0c7a52-0a1c-4f43-8c7e-2d9e4c8b7e21',
};

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
  const extension = [{ url: URL_EXTENSIONS[transfer], [release === '4.0.1' ? 'valueUrl' : 'valueUri']: url }];
  const linked = Buffer.from(stringifyJson({ ...resource, [`_${dataElement(release)}`]: { extension } }));
  return { ...response, headers, body: resourceBytes(linked, presentation, context.definitions) };
}
