import { badRequest } from '../../fhir/operation-outcome.ts';
import type { Resource } from '../../fhir/resource.ts';
import type { StagedBlob } from '../../storage/blob-store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { isResource } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import type { Written } from '../write/commit.ts';
import type { BinarySupport } from './binary-support.ts';
import { givenChecksum } from './checksum-headers.ts';
import { contentError } from './content-errors.ts';
import { withContentLink } from './content-links.ts';

/** Content that came as the body of a create or update, and the Binary that is made for it. */
export interface ReceivedContent {
  readonly resource: Resource;
  readonly staged: StagedBlob;
}

/**
 * Takes the body of a create or update of a Binary as its content (https://hl7.org/fhir/R4/binary.html#rest), with `X-Security-Context`.
 *
 * @throws FhirError 400, 413
 */
export async function receiveContent(
  { blobs, maxBytes }: BinarySupport,
  { headers, body, transport }: Call,
  id: string | undefined,
): Promise<ReceivedContent> {
  const { 'content-type': contentType = '', 'x-security-context': security } = headers;
  if (security !== undefined && !/^[\x21-\x7e]{1,1000}$/.test(security)) {
    throw badRequest('value', '"X-Security-Context" is a reference to a resource, such as Patient/1.');
  }
  const resource: Resource = {
    resourceType: 'Binary',
    ...(id === undefined ? {} : { id }),
    contentType,
    ...(security === undefined ? {} : { securityContext: { reference: security } }),
  };
  const content = transport?.stream?.() ?? whole(body);
  try {
    const staged = await blobs.stage(content, { contentType, maxBytes, sha256: givenChecksum(headers) });
    return { resource, staged };
  } catch (error) {
    throw contentError(error);
  }
}

async function* whole(body: Call['body']): AsyncIterable<Uint8Array> {
  yield await body(Number.MAX_SAFE_INTEGER);
}

/** Gives a Binary that was written the content that came with it, or its writer the URL to put it to. */
export async function finishBinary(
  context: ServerContext,
  support: BinarySupport,
  call: Call,
  { target, version }: Written,
  staged: StagedBlob | undefined,
  response: FhirResponse,
): Promise<FhirResponse> {
  if (version === undefined || !isResource(version) || target.effect === 'unchanged') {
    await staged?.discard();
    return response;
  }
  if (staged === undefined) return withContentLink(context, support, call, version, 'put', response);
  await staged.attach({ id: version.id, version: version.version });
  return response;
}
