/**
 * What every answer tells browsers: take the content for nothing but what it says it is, keep no copy on the disk (it may be a patient's
 * record; an ETag can still be asked about), tell no other site its address, and run or frame nothing of it.
 */
const ALWAYS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The headers of every answer that does not set them itself.
 *
 * @param strict the server is reached over TLS alone: browsers are told to use nothing else for a year (RFC 6797). Not for a server on this
 * machine alone: for `localhost` it would hold for every other port too.
 */
export function securityHeaders(strict: boolean): Readonly<Record<string, string>> {
  return strict ? { ...ALWAYS, 'strict-transport-security': 'max-age=31536000' } : ALWAYS;
}
