/**
 * What every answer tells browsers that does not say otherwise: take the content for nothing but what it says it is, keep no copy on the disk (it may be a
 * patient's record; an ETag can still be asked about), tell no other site its address, run or frame nothing of it, and come by TLS alone, as the
 * gateway does (RFC 6797).
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};
