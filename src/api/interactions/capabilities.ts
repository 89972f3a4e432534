import { badRequest } from '../../fhir/operation-outcome.ts';
import type { Call } from '../call.ts';
import { capabilityStatement } from '../capability-statement.ts';
import type { FhirResponse } from '../http.ts';
import { resourceBytes } from '../render/render-resource.ts';
import type { ServerContext } from '../server-context.ts';

/** https://hl7.org/fhir/R4/http.html#capabilities. The statement is made when first asked for, and kept. @throws FhirError 400 for a mode that is not served */
export function createCapabilities(context: ServerContext): (call: Call) => Promise<FhirResponse> {
  const date = context.now();
  let bytes: Uint8Array | undefined;
  return async ({ parameters, presentation }) => {
    requireMode(parameters.find(([name]) => name === 'mode')?.[1]);
    bytes ??= Buffer.from(JSON.stringify(capabilityStatement(context, date)));
    const { contentType } = presentation;
    return {
      status: 200,
      headers: { 'content-type': contentType },
      body: resourceBytes(bytes, presentation, context.definitions),
    };
  };
}

/** `normative` may leave out what is not normative, and need not. */
function requireMode(mode: string | undefined): void {
  if (mode === undefined || mode === 'full' || mode === 'normative') return;
  if (mode === 'terminology') {
    throw badRequest(
      'not-supported',
      'This server is no terminology server: it has no TerminologyCapabilities. "mode" may be full or normative.',
    );
  }
  throw badRequest('value', '"mode" is full or normative.');
}
