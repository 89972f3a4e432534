import { FhirError } from '../fhir/operation-outcome.ts';

/** Header of the key that names the client system. */
export const API_KEY_HEADER = 'x-api-key';
/** Header of the secret by which the commands of the data folder's owner identify themselves. */
export const OWNER_HEADER = 'x-fwoa-owner';

const KEY_CHALLENGE = `ApiKey realm="fhir", header="${API_KEY_HEADER}"`;

/** A 401: there is no API key. */
export function keyMissing(): FhirError {
  const text = `There is no API key. Send the client system's in the header ${API_KEY_HEADER}.`;
  return unauthorized('login', text, KEY_CHALLENGE);
}

/** A 401: the API key is none of this server's, or not any more. */
export function keyWrong(): FhirError {
  return unauthorized('login', `The API key in the header ${API_KEY_HEADER} is not known here.`, KEY_CHALLENGE);
}

/** A 401: there is no token. Names no error, as nothing was sent that could be wrong (RFC 6750, section 3.1). */
export function tokenMissing(): FhirError {
  return unauthorized(
    'login',
    'There is no access token. Send it as "Authorization: Bearer …".',
    'Bearer realm="fhir"',
  );
}

/**
 * A 401: the token is none that is accepted.
 *
 * @param reason a sentence of printable ASCII without quotes and backslashes, as `error_description` takes no others
 */
export function tokenRefused(reason: string, { expired = false, cause }: { expired?: boolean; cause?: unknown } = {}) {
  const challenge = `Bearer realm="fhir", error="invalid_token", error_description="${reason}"`;
  return unauthorized(expired ? 'expired' : 'login', `The access token is not accepted. ${reason}`, challenge, cause);
}

/** A 401: the owner's secret is not that of the server that runs. */
export function ownerRefused(): FhirError {
  const text = `The secret in the header ${OWNER_HEADER} is not this server's. It changes at each start: read server.json again.`;
  return unauthorized('login', text, 'FwoaOwner realm="fhir"');
}

function unauthorized(code: 'login' | 'expired', text: string, challenge: string, cause?: unknown): FhirError {
  return new FhirError(401, code, text, { headers: { 'www-authenticate': challenge }, cause });
}
