import { FhirError } from '../../fhir/operation-outcome.ts';
import { isJsonObject, type Resource } from '../../fhir/resource.ts';
import type { StoredResource } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { versionHeaders } from '../render/etags.ts';
import { notModified } from '../render/not-modified.ts';
import { parseStored, renderResource } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import type { BinarySupport } from './binary-support.ts';
import { contentTypeOf, signedUrl, withContentLink } from './content-links.ts';
import { inlineData } from './data-element.ts';
import { HOSTILE } from './hostile-content.ts';
import { wantsContent } from './native-content.ts';

/**
 * The answer to a read or vread of a Binary (https://hl7.org/fhir/R4/binary.html#rest): the resource, with a URL for its content, or that
 * content, by a redirection where it lies outside.
 *
 * @throws FhirError 404 for content that never came
 */
export async function renderBinary(
  context: ServerContext,
  support: BinarySupport,
  version: StoredResource,
  call: Call,
): Promise<FhirResponse> {
  const { blobs, urls } = support;
  const resource = parseStored(version.body);
  const data = inlineData(resource, context.definitions.version);
  // Of content outside each answer is another one: its URL holds for minutes.
  const known = data === undefined ? undefined : notModified(version, call);
  if (known !== undefined) return known;
  const key = { id: version.id, version: version.version };
  const contentType = contentTypeOf(version);
  if (!wantsContent(call, call.parameters.find(([name]) => name === '_format')?.[1], contentType)) {
    const response = renderResource(context, version, call.presentation);
    const there = data === undefined && (await blobs.info(key)) !== undefined;
    return there ? withContentLink(context, support, call, version, 'get', response) : response;
  }
  const headers = { ...versionHeaders(version), ...securityContextOf(resource) };
  if (data !== undefined) {
    return {
      status: 200,
      headers: { ...headers, ...HOSTILE, 'content-type': contentType },
      body: Buffer.from(data, 'base64'),
    };
  }
  if ((await blobs.info(key)) === undefined) throw new FhirError(404, 'not-found', 'The Binary has no content yet.');
  const { url: location } = await signedUrl(urls, { ...key, transfer: 'get', contentType }, call);
  return { status: 302, headers: { ...headers, location } };
}

/** What the resource says of who may see it, where the answer is not the resource (https://hl7.org/fhir/R4/binary.html#security-context). */
function securityContextOf({ securityContext }: Resource): Record<string, string> {
  const reference = isJsonObject(securityContext) ? securityContext.reference : undefined;
  return typeof reference === 'string' && /^[\x21-\x7e]+$/.test(reference) ? { 'x-security-context': reference } : {};
}
