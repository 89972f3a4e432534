import { FetchError, JwksValidationError } from 'aws-jwt-verify/error';

/** Gets a document over HTTPS. */
export interface Fetcher {
  fetch(uri: string): Promise<ArrayBuffer>;
}

/**
 * Where an issuer's keys are, as its discovery document says (OpenID Connect Discovery 1.0, section 4).
 *
 * @throws FetchError, JwksValidationError when that can't be learnt
 */
export async function discoverJwksUri(issuer: string, fetcher: Fetcher): Promise<string> {
  const uri = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const bytes = await fetcher.fetch(uri);
  const { issuer: named, jwks_uri: jwksUri } = parsed(bytes, uri);
  // Section 4.3: it must be the very issuer that was asked.
  if (named !== issuer) throw new JwksValidationError(`${uri} is of another issuer.`);
  if (typeof jwksUri !== 'string' || !jwksUri.startsWith('https://')) {
    throw new JwksValidationError(`${uri} names no https jwks_uri.`);
  }
  return jwksUri;
}

function parsed(bytes: ArrayBuffer, uri: string): { readonly issuer?: unknown; readonly jwks_uri?: unknown } {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof document === 'object' && document !== null) return document;
  } catch (error) {
    throw new FetchError(uri, error);
  }
  throw new JwksValidationError(`${uri} is no JSON object.`);
}
