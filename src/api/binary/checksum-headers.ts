import { badRequest } from '../../fhir/operation-outcome.ts';
import type { FhirRequest } from '../http.ts';

/**
 * The SHA-256 that a client gives of what it sends, hexadecimal: `Content-Digest: sha-256=:…:` (RFC 9530), or S3's `x-amz-checksum-sha256`.
 *
 * @throws FhirError 400 for one that can't be read: it was meant to be checked
 */
export function givenChecksum(headers: FhirRequest['headers']): string | undefined {
  const { 'content-digest': digest, 'x-amz-checksum-sha256': amazon } = headers;
  if (amazon !== undefined) return hexadecimal(amazon, 'x-amz-checksum-sha256');
  return digest === undefined ? undefined : parseDigest(digest, 'Content-Digest');
}

/** The SHA-256 of a header that has digests (RFC 9530), hexadecimal. @throws FhirError 400 */
export function parseDigest(digests: string, header: string): string | undefined {
  const found = /(?:^|,)\s*sha-256=:([^:]*):\s*(?:,|$)/i.exec(digests);
  // Other algorithms may stand there; of those nothing is asked.
  return found === null ? undefined : hexadecimal(found[1] ?? '', header);
}

function hexadecimal(base64: string, header: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 32) return bytes.toString('hex');
  throw badRequest('value', `"${header}" is not the SHA-256 of something, in base64.`);
}

/** A checksum as {@link givenChecksum} reads it. */
export function digestHeader(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}
