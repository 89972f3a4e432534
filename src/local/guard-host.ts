import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { operationOutcome } from '../fhir/operation-outcome.ts';
import type { OnRefused } from './refusal-event.ts';

export interface GuardOptions {
  /** The base URL. */
  readonly url: string;
  /** What is listened on. */
  readonly host: string;
  readonly onRefused?: OnRefused | undefined;
}

type Handle = (request: FhirRequest) => Promise<FhirResponse>;

/**
 * Refuses requests that are addressed to another host, where the server listens on this machine alone: a web page whose name was made
 * to lead to 127.0.0.1 (DNS rebinding) could read everything otherwise, as the browser takes it for the page's own server.
 */
export function guardHost(handle: Handle, options: GuardOptions): Handle {
  const { url, host, onRefused } = options;
  if (!isLoopback(host)) return handle;
  const own = new URL(url).hostname.toLowerCase();
  return (request) => {
    const name = hostName(request.headers.host);
    return name === undefined || name === own || isLoopback(name) ? handle(request) : refuse(request, name);
  };

  async function refuse({ method, remoteAddress, id = '' }: FhirRequest, name: string): Promise<FhirResponse> {
    const answer = misdirected(name);
    await onRefused?.({ status: answer.status, method, remoteAddress, requestId: id });
    return answer;
  }
}

/** True of an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A Host header without its port. */
function hostName(header: string | undefined): string | undefined {
  return header?.replace(/:\d*$/, '').toLowerCase();
}

function misdirected(name: string): FhirResponse {
  const text = `This server listens on this machine alone and does not answer for ${JSON.stringify(name)}. Behind a proxy, start it with --base-url.`;
  const outcome = operationOutcome([{ severity: 'error', code: 'security', text }]);
  const body = Buffer.from(JSON.stringify(outcome));
  return { status: 421, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body };
}
