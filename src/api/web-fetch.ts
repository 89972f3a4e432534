import type { FhirServer } from './create-fhir-server.ts';
import { tooLarge } from './errors.ts';
import type { FhirRequest } from './http.ts';

/**
 * The server as the web's `fetch` handlers are.
 *
 * @example const response = await toFetch(server)(new Request('http://localhost/Patient/1'))
 */
export function toFetch(server: FhirServer): (request: Request) => Promise<Response> {
  return async (request) => {
    const { status, headers, body } = await server.handle(toFhirRequest(request));
    const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.concat(body);
    return new Response(bytes === undefined ? null : new Uint8Array(bytes), { status, headers });
  };
}

function toFhirRequest(request: Request): FhirRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: (limit) => readBody(request, limit),
  };
}

async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
