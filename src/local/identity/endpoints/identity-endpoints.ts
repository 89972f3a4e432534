import type { FhirRequest, FhirResponse } from '../../../api/http.ts';
import { basePathOf, belowBase } from '../../../api/service-base.ts';
import { admitClient } from '../../../auth/admit-client.ts';
import type { ClientDirectory } from '../../../auth/client-directory.ts';
import type { IdentityState } from '../identity-state.ts';
import { keysAt } from '../identity-view.ts';
import type { SignIn } from '../sign-in.ts';
import { discoveryDocument } from './discovery.ts';
import { jsonResponse } from './json-response.ts';
import { OAuthError, renderOAuthError } from './oauth-error.ts';
import { answerRevoke } from './revoke-endpoint.ts';
import { answerToken } from './token-endpoint.ts';

/** A sign-in, a refresh or a revocation over HTTP, for the audit. */
export interface IdentityEvent {
  /** ms since the epoch. */
  readonly at: number;
  readonly name: 'sign-in' | 'refresh' | 'revoke';
  /** Whose; undefined when there is no such user: what was typed may be a password. */
  readonly user?: { readonly id: string; readonly name: string; readonly roles: readonly string[] } | undefined;
  /** Whose API key it was. */
  readonly client?: { readonly id: string; readonly name: string } | undefined;
  readonly remoteAddress?: string | undefined;
  readonly requestId?: string | undefined;
  /** Of the answer. */
  readonly status: number;
}

/** What becomes known of a request on its way. */
export interface Outcome {
  name: IdentityEvent['name'];
  user?: { readonly sub: string; readonly name: string; readonly roles: readonly string[] } | undefined;
  client?: { readonly id: string; readonly name: string } | undefined;
}

export interface IdentityEndpointsOptions {
  readonly state: IdentityState;
  readonly clients: ClientDirectory;
  readonly signIn: SignIn;
  readonly onEvent?: ((event: IdentityEvent) => void | Promise<void>) | undefined;
}

type Answer = (request: FhirRequest, signIn: SignIn, clientId: string, outcome: Outcome) => Promise<FhirResponse>;

/** How long others may keep the keys, s: far less than a new key is there before an old one's last token expires. */
const PUBLIC = { 'cache-control': 'public, max-age=300' };

/**
 * The HTTP side of the local identity: signing in and out at `/oauth2/token` and `/oauth2/revoke`, which want an API key as all else
 * does; the keys and the discovery document below `/.well-known`, which want none.
 *
 * @returns undefined for what is none of its paths
 */
export function createIdentityEndpoints(
  options: IdentityEndpointsOptions,
): (request: FhirRequest) => Promise<FhirResponse> | undefined {
  const { state, clients, signIn, onEvent } = options;
  const { issuer, view } = state;
  const { now, clientId, report } = state.options;
  const basePath = basePathOf(issuer);

  async function post(request: FhirRequest, answer: Answer, outcome: Outcome): Promise<FhirResponse> {
    const at = now();
    let response: FhirResponse;
    try {
      requireMethod(request, ['POST']);
      const { id, name } = admitClient(clients, request.headers, at);
      outcome.client = { id, name };
      response = await answer(request, signIn, clientId, outcome);
    } catch (error) {
      response = renderOAuthError(error);
      if (response.status === 500) report(error);
    }
    return told(request, response, outcome, at);
  }

  async function told(
    request: FhirRequest,
    response: FhirResponse,
    outcome: Outcome,
    at: number,
  ): Promise<FhirResponse> {
    const { name, user, client } = outcome;
    const who = user === undefined ? undefined : { id: user.sub, name: user.name, roles: user.roles };
    const { remoteAddress, id: requestId } = request;
    try {
      await onEvent?.({ at, name, user: who, client, remoteAddress, requestId, status: response.status });
      return response;
    } catch (error) {
      report(error);
      return renderOAuthError(error);
    }
  }

  async function get(request: FhirRequest, document: () => object): Promise<FhirResponse> {
    try {
      requireMethod(request, ['GET', 'HEAD']);
      const response = jsonResponse(200, document(), PUBLIC);
      return request.method === 'HEAD' ? withoutBody(response) : response;
    } catch (error) {
      const response = renderOAuthError(error);
      if (response.status === 500) report(error);
      return response;
    }
  }

  const jwks = () => ({ keys: keysAt(view.current(), now()) });

  return (request) => {
    const { path } = belowBase(request.url, basePath);
    switch (path) {
      case '/.well-known/jwks.json':
        return get(request, jwks);
      case '/.well-known/openid-configuration':
        return get(request, () => discoveryDocument(issuer, [...new Set(jwks().keys.map(({ alg }) => alg))]));
      case '/oauth2/token':
        return post(request, answerToken, { name: 'sign-in' });
      case '/oauth2/revoke':
        return post(request, answerRevoke, { name: 'revoke' });
      default:
        return undefined;
    }
  };
}

function requireMethod({ method }: FhirRequest, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  throw new OAuthError(405, 'invalid_request', 'This method is not served here.', { allow: allowed.join(', ') });
}

/** The answer to a HEAD (RFC 9110, section 9.3.2). */
function withoutBody({ status, headers, body }: FhirResponse): FhirResponse {
  return { status, headers: { ...headers, 'content-length': String(body instanceof Uint8Array ? body.length : 0) } };
}
