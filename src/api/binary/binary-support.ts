import type { BlobStore } from '../../storage/blob-store.ts';
import type { UrlSigner } from './signed-urls.ts';

/** What Binaries need beside the store; absent from a server that keeps their content in the resource alone. */
export interface BinarySupport {
  readonly blobs: BlobStore;
  readonly urls: UrlSigner;
  /** The largest content that a Binary may have within, in bytes. */
  readonly inlineBytes: number;
  /** The largest content outside, in bytes; absent: any. */
  readonly maxBytes?: number | undefined;
}
