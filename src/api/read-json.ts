import { parseJson } from '../fhir/json/parse-json.ts';
import { badRequest } from '../fhir/operation-outcome.ts';
import type { JsonValue } from '../fhir/resource.ts';
import type { Call } from './call.ts';
import { requireJson } from './negotiation/content-type.ts';
import type { ServerContext } from './server-context.ts';

/** The body, parsed. @throws FhirError 400, 413, 415; JsonSyntaxError */
export async function readJson(context: ServerContext, call: Call): Promise<JsonValue> {
  if (call.json !== undefined) return call.json;
  requireJson(call, context.definitions.version);
  const { bodyBytes, jsonDepth } = context.limits;
  const bytes = await call.body(bodyBytes);
  if (bytes.length === 0)
    throw badRequest('required', 'The request has no body; this interaction needs a resource in it.');
  return parseJson(bytes, { maxDepth: jsonDepth });
}
