import { SCOPE } from '../access-token.ts';
import { GRANT_TYPES } from './token-endpoint.ts';

/**
 * The discovery document (OpenID Connect Discovery 1.0, section 3). There is no authorization endpoint: tokens are had for a password.
 *
 * @param baseUrl the issuer, without a slash at its end
 */
export function discoveryDocument(baseUrl: string, algorithms: readonly string[]): object {
  return {
    issuer: baseUrl,
    jwks_uri: `${baseUrl}/.well-known/jwks.json`,
    token_endpoint: `${baseUrl}/oauth2/token`,
    revocation_endpoint: `${baseUrl}/oauth2/revoke`,
    grant_types_supported: GRANT_TYPES,
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    scopes_supported: [SCOPE],
    claims_supported: [
      'sub',
      'iss',
      'client_id',
      'token_use',
      'scope',
      'auth_time',
      'iat',
      'exp',
      'jti',
      'origin_jti',
      'username',
      'cognito:groups',
    ],
  };
}
