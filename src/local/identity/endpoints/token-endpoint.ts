import type { FhirRequest, FhirResponse } from '../../../api/http.ts';
import { SCOPE } from '../access-token.ts';
import type { SignIn, SignInResult } from '../sign-in.ts';
import type { Outcome } from './identity-endpoints.ts';
import { jsonResponse } from './json-response.ts';
import { invalidRequest, NO_STORE, OAuthError } from './oauth-error.ts';
import { readForm } from './read-form.ts';

/** What is served at `/oauth2/token`; named in the discovery document. */
export const GRANT_TYPES = ['password', 'refresh_token'] as const;

/**
 * `POST /oauth2/token`: signs in with a password (RFC 6749, section 4.3), or goes on with a refresh token (section 6).
 *
 * @throws OAuthError, FhirError
 */
export async function answerToken(
  request: FhirRequest,
  signIn: SignIn,
  clientId: string,
  outcome: Outcome,
): Promise<FhirResponse> {
  const form = await readForm(request);
  checkClientId(form, clientId);
  const result = await grant(form, signIn, outcome);
  if (result.outcome === 'busy') throw busy();
  outcome.user = result.user;
  // That a user is locked is not told: it would tell that there is such a user.
  if (result.outcome !== 'signed-in') throw refused(outcome.name);
  const { accessToken, refreshToken, expiresIn } = result.tokens;
  return jsonResponse(
    200,
    {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
      scope: SCOPE,
    },
    NO_STORE,
  );
}

async function grant(form: ReadonlyMap<string, string>, signIn: SignIn, outcome: Outcome): Promise<SignInResult> {
  switch (form.get('grant_type')) {
    case 'password':
      return signIn.withPassword(required(form, 'username'), required(form, 'password'));
    case 'refresh_token':
      outcome.name = 'refresh';
      return signIn.withRefreshToken(required(form, 'refresh_token'));
    case undefined:
      throw invalidRequest('There is no grant_type.');
    default:
      throw new OAuthError(400, 'unsupported_grant_type', `The grant_type must be one of ${GRANT_TYPES.join(', ')}.`);
  }
}

/** There is one application, without a secret; who names it must name it right. */
export function checkClientId(form: ReadonlyMap<string, string>, clientId: string): void {
  const named = form.get('client_id');
  if (named !== undefined && named !== clientId) {
    throw new OAuthError(400, 'invalid_client', 'There is no application of this client_id.');
  }
}

export function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw invalidRequest(`There is no ${name}.`);
  return value;
}

function refused(name: Outcome['name']): OAuthError {
  const text =
    name === 'refresh'
      ? 'The refresh token is unknown, expired, revoked or was used before.'
      : 'The user name or the password is wrong.';
  return new OAuthError(400, 'invalid_grant', text);
}

function busy(): OAuthError {
  const text = 'Too many sign in at the moment.';
  return new OAuthError(503, 'temporarily_unavailable', text, { 'retry-after': '5' });
}
