import { type CorsOptions, withCors } from '../api/cors.ts';
import type { FhirServer } from '../api/create-fhir-server.ts';
import { internalError } from '../api/errors.ts';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { renderError } from '../api/render/render-outcome.ts';
import { securityHeaders } from '../api/render/security-headers.ts';
import { basePathOf } from '../api/service-base.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { FhirError } from '../fhir/operation-outcome.ts';
import type { GatewayEvent, GatewayResult } from './gateway-event.ts';
import { requestOf } from './gateway-request.ts';
import { resultOf } from './gateway-result.ts';

export interface GatewayHandlerOptions {
  readonly server: FhirServer;
  readonly baseUrl: string;
  readonly fhirVersion: FhirVersion;
  /** Characters of path and query. */
  readonly maxUrlLength: number;
  /** Web pages that may call; default: none. */
  readonly cors?: CorsOptions | undefined;
  readonly report: (error: unknown) => void;
}

/** Answers a gateway's events. Never rejects: a function that fails is a 502 of the gateway, which is no OperationOutcome. */
export function createGatewayHandler(options: GatewayHandlerOptions): (event: GatewayEvent) => Promise<GatewayResult> {
  const { server, fhirVersion, maxUrlLength, cors = { origins: [] }, report } = options;
  const basePath = basePathOf(options.baseUrl);
  const settings = { fhirVersion, headers: securityHeaders(true) };

  const answer = withCors(async (request: FhirRequest): Promise<FhirResponse> => {
    if (request.url.length <= maxUrlLength) return server.handle(request);
    const text = 'The URL is too long. A long search can be sent as a form, by POST to _search.';
    return renderError(new FhirError(414, 'too-long', text), fhirVersion);
  }, cors);

  return async (event) => {
    const request = requestOf(event, basePath);
    try {
      return await resultOf(request, await answer(request), settings);
    } catch (error) {
      // A stream that breaks off, or an answer that is none.
      report(error);
      return resultOf(request, renderError(internalError(error), fhirVersion), settings);
    }
  };
}
