import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import type { StoredResource } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { parseStored, resourceBytes } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import { announcedContent } from './announced-content.ts';
import type { BinarySupport } from './binary-support.ts';
import { withUrl } from './content-extensions.ts';
import { inlineData } from './data-element.ts';
import { linkHeader } from './link-header.ts';
import type { Grant, SignedUrl, Transfer, UrlSigner } from './signed-urls.ts';

/** The media type of a Binary's content. */
export function contentTypeOf(version: StoredResource): string {
  const { contentType } = parseStored(version.body);
  return typeof contentType === 'string' ? contentType : 'application/octet-stream';
}

/**
 * Adds to an answer about a Binary whose content lies outside a signed URL for it: as an extension of the element that would hold it, and as a
 * link. It is nowhere stored. An entry of a Bundle has neither an address nor headers of its own: where the URL needs them, it gets none.
 */
export async function withContentLink(
  context: ServerContext,
  { urls }: BinarySupport,
  call: Call,
  version: StoredResource,
  transfer: Transfer,
  response: FhirResponse,
): Promise<FhirResponse> {
  const resource = parseStored(version.body);
  const release = context.definitions.version;
  if (inlineData(resource, release) !== undefined) return response;
  const announced = transfer === 'put' ? announcedContent(call.headers) : {};
  if (call.transport === undefined && urls.needsAddress === true) return response;
  if (transfer === 'put' && urls.needsLength === true && announced.length === undefined) return response;
  const key = { id: version.id, version: version.version };
  const grant = { transfer, ...key, contentType: contentTypeOf(version), ...announced };
  const signed = await signedUrl(urls, grant, call);
  const headers = { ...response.headers, link: linkHeader(transfer, signed) };
  const { preferences, presentation } = call;
  const showsResource = response.body !== undefined && (transfer === 'get' || preferences.return === 'representation');
  if (!showsResource) return { ...response, headers };
  const linked = Buffer.from(stringifyJson(withUrl(resource, release, transfer, signed)));
  return { ...response, headers, body: resourceBytes(linked, presentation, context.definitions) };
}

/** A signed URL for a caller, however it is made. */
export async function signedUrl(urls: UrlSigner, grant: Grant, call: Call): Promise<SignedUrl> {
  const signed = await urls.sign(grant, call.transport?.remoteAddress);
  return typeof signed === 'string' ? { url: signed } : signed;
}
