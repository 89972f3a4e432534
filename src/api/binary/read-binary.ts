import { FhirError } from '../../fhir/operation-outcome.ts';
import type { StoredResource } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { versionHeaders } from '../render/etags.ts';
import { parseStored, renderResource } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import { inlineData } from './binary-content.ts';
import type { BinarySupport } from './binary-support.ts';
import { contentTypeOf, withContentLink } from './content-links.ts';
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
  const key = { id: version.id, version: version.version };
  if (!wantsContent(call, call.parameters.find(([name]) => name === '_format')?.[1])) {
    const response = renderResource(context, version, call.presentation);
    const there = (await blobs.info(key)) !== undefined;
    return there ? withContentLink(context, support, call, version, 'get', response) : response;
  }
  const data = inlineData(parseStored(version.body), context.definitions.version);
  const headers = versionHeaders(version);
  if (data !== undefined) {
    const safe = { 'content-type': contentTypeOf(version), 'content-disposition': 'attachment' };
    return { status: 200, headers: { ...headers, ...safe }, body: Buffer.from(data, 'base64') };
  }
  if ((await blobs.info(key)) === undefined) throw new FhirError(404, 'not-found', 'The Binary has no content yet.');
  const grant = { ...key, transfer: 'get', contentType: contentTypeOf(version) } as const;
  return { status: 302, headers: { ...headers, location: urls.sign(grant, call.transport?.remoteAddress) } };
}
