import type { Resource } from '../../fhir/resource.ts';
import { receiveBinary } from '../binary/receive-binary.ts';
import { finishBinary } from '../binary/write-binary.ts';
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
  const support = type === 'Binary' ? context.binary : undefined;
  if (support === undefined) {
    const written = await write(validateBody(await readJson(context, call), type, id));
    tellWritten(context, [written]);
    return renderWritten(context, call, written);
  }
  const { resource, staged } = await receiveBinary(context, support, call, id);
  try {
    const written = await write(resource);
    tellWritten(context, [written]);
    const response = renderWritten(context, call, written);
    return await finishBinary(context, support, call, written, staged, response);
  } catch (error) {
    await staged?.discard();
    throw error;
  }
}
