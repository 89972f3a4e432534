import { badRequest } from '../../fhir/operation-outcome.ts';
import type { FhirRequest } from '../http.ts';
import { parseDigest } from './checksum-headers.ts';

/** What is said of content before it is put to a signed URL: that URL is for no other then. */
export interface AnnouncedContent {
  /** Bytes. */
  readonly length?: number | undefined;
  /** SHA-256, hexadecimal. */
  readonly sha256?: string | undefined;
}

/**
 * Reads what a create or update says of the content to come: `Upload-Length: 1024` (the name that resumable uploads have for it) and
 * `Upload-Digest: sha-256=:…:`, as `Content-Digest` has it (RFC 9530).
 *
 * @throws FhirError 400 for what can't be read: it was meant to be held to
 */
export function announcedContent(headers: FhirRequest['headers']): AnnouncedContent {
  const { 'upload-length': length, 'upload-digest': digest } = headers;
  if (length !== undefined && !/^\d{1,15}$/.test(length.trim())) {
    throw badRequest('value', '"Upload-Length" is a number of bytes.');
  }
  const sha256 = digest === undefined ? undefined : parseDigest(digest, 'Upload-Digest');
  if (digest !== undefined && sha256 === undefined) {
    throw badRequest('value', '"Upload-Digest" has a SHA-256: sha-256=:BASE64:');
  }
  return { length: length === undefined ? undefined : Number(length), sha256 };
}
