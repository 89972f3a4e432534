import { FhirError } from '../../fhir/operation-outcome.ts';
import { BlobExistsError, BlobMismatchError, BlobStoreFullError, BlobTooLargeError } from '../../storage/blob-store.ts';

/**
 * What the blob store refuses to take, as it is told; any other error as it is. Not for what it fails to give: a mismatch is damage there, and
 * no fault of who asks.
 */
export function contentError(error: unknown): unknown {
  if (error instanceof BlobTooLargeError) {
    return new FhirError(413, 'too-long', 'The content is larger than this server takes.');
  }
  if (error instanceof BlobMismatchError) {
    return new FhirError(
      400,
      'value',
      'The bytes are not those of the checksum that came with them. Nothing was kept.',
    );
  }
  if (error instanceof BlobExistsError) {
    const text = 'This version of the Binary has its content already. An update of the Binary makes a new version.';
    return new FhirError(409, 'conflict', text);
  }
  if (error instanceof BlobStoreFullError) {
    // RFC 4918, section 11.5.
    const text = "The server's disk is full; the content was not stored.";
    return new FhirError(507, 'exception', text, { cause: error });
  }
  return error;
}
