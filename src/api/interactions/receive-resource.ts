import type { Resource } from '../../fhir/resource.ts';
import { checkBinary } from '../binary/binary-content.ts';
import { isContent } from '../binary/native-content.ts';
import { finishBinary, receiveContent } from '../binary/write-binary.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { readJson } from '../read-json.ts';
import { renderWritten } from '../render/render-written.ts';
import type { ServerContext } from '../server-context.ts';
import type { Written } from '../write/commit.ts';
import { validateBody } from '../write/validate-body.ts';
import { tellWritten } from './tell-trail.ts';

/**
 * Takes what a create or update brings, writes it and answers: a resource, or the content of a Binary, for which a resource is made.
 *
 * @param id of an update
 * @param write commits the resource
 * @throws FhirError 400, 413, 415, and what `write` throws
 */
export async function writeReceived(
  context: ServerContext,
  call: Call,
  type: string,
  id: string | undefined,
  write: (resource: Resource) => Promise<Written>,
): Promise<FhirResponse> {
  const { binary } = context;
  const support = type === 'Binary' ? binary : undefined;
  const content =
    support !== undefined && call.transport !== undefined && isContent(call)
      ? await receiveContent(support, call, id)
      : undefined;
  try {
    const resource = content?.resource ?? validateBody(await readJson(context, call), type, id);
    if (support !== undefined) checkBinary(resource, context.definitions.version, support.inlineBytes);
    const written = await write(resource);
    tellWritten(context, [written]);
    const response = renderWritten(context, call, written);
    if (support === undefined || call.transport === undefined) return response;
    return await finishBinary(context, support, call, written, content?.staged, response);
  } catch (error) {
    await content?.staged.discard();
    throw error;
  }
}
