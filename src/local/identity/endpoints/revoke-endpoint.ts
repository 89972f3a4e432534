import type { FhirRequest, FhirResponse } from '../../../api/http.ts';
import type { SignIn } from '../sign-in.ts';
import type { Outcome } from './identity-endpoints.ts';
import { NO_STORE } from './oauth-error.ts';
import { readForm } from './read-form.ts';
import { checkClientId, required } from './token-endpoint.ts';

/**
 * `POST /oauth2/revoke` (RFC 7009): ends the session of a refresh token, whose access tokens are refused from now on too. A token that is
 * not known is no error (section 2.2).
 *
 * @throws OAuthError, FhirError
 */
export async function answerRevoke(
  request: FhirRequest,
  signIn: SignIn,
  clientId: string,
  outcome: Outcome,
): Promise<FhirResponse> {
  const form = await readForm(request);
  checkClientId(form, clientId);
  outcome.user = signIn.revoke(required(form, 'token'));
  return { status: 200, headers: { ...NO_STORE } };
}
