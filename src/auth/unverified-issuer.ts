/** The `iss` that a token claims, to know whose rules it is to be verified by; undefined when it is no JWT. */
export function issuerOf(token: string): string | undefined {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('iss' in claims)) return undefined;
    return typeof claims.iss === 'string' ? claims.iss : undefined;
  } catch {
    // Not JSON: it is nobody's token.
    return undefined;
  }
}
