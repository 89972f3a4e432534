import { FhirError } from '../../fhir/operation-outcome.ts';
import type { StagedBlob } from '../../storage/blob-store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { isResource } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';
import type { Written } from '../write/commit.ts';
import type { BinarySupport } from './binary-support.ts';
import { contentError } from './content-errors.ts';
import { withContentLink } from './content-links.ts';

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
  const key = { id: version.id, version: version.version };
  // No one has been given a URL for this version before now: what is there is of one that the store has lost since, as in a power cut.
  await support.blobs.remove(key);
  if (staged === undefined) return withContentLink(context, support, call, version, 'put', response);
  try {
    await staged.attach(key);
  } catch (error) {
    throw withoutContent(contentError(error), response);
  }
  return response;
}

/** The version is there by now, and its writer has to know of it, and which one it is. */
function withoutContent(error: unknown, { headers }: FhirResponse): unknown {
  if (!(error instanceof FhirError)) return error;
  const { status, code, message, cause } = error;
  const { location = headers['content-location'] } = headers;
  const text = `${message} The Binary was written without it.`;
  return new FhirError(status, code, text, { headers: location === undefined ? {} : { location }, cause });
}
