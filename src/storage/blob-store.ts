/** Of which version of which Binary it is the content. */
export interface BlobKey {
  readonly id: string;
  readonly version: number;
}

/** What is kept beside the bytes. */
export interface BlobInfo {
  /** A media type, as it was given. */
  readonly contentType: string;
  /** Bytes. */
  readonly length: number;
  /** SHA-256 of the bytes, hexadecimal; undefined where the bytes went to the store without passing through here, and none was announced. */
  readonly sha256: string | undefined;
}

/** What is known of content before it comes. */
export interface BlobExpectation {
  readonly contentType: string;
  /** More bytes are refused; absent: any number. */
  readonly maxBytes?: number | undefined;
  /** SHA-256, hexadecimal: other bytes are refused. */
  readonly sha256?: string | undefined;
}

/** Bytes that are whole and kept, but not yet the content of anything. */
export interface StagedBlob {
  readonly info: BlobInfo;
  /** Makes them the content of a version, durably. @throws BlobExistsError when it has some, BlobStoreFullError; the staged bytes are gone then */
  attach(key: BlobKey): Promise<void>;
  discard(): Promise<void>;
}

/** A part of the bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** There are more bytes than `maxBytes`. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';
}

/** The bytes are not those of the checksum. */
export class BlobMismatchError extends Error {
  override readonly name = 'BlobMismatchError';
}

/** There is no room for more. */
export class BlobStoreFullError extends Error {
  override readonly name = 'BlobStoreFullError';
}

/** A version's content never changes. */
export class BlobExistsError extends Error {
  override readonly name = 'BlobExistsError';
}

/**
 * The port for the contents of Binaries: bytes of any length, streamed both ways in constant memory. `test/contract` says what an adapter
 * must do.
 */
export interface BlobStore {
  /** Takes bytes in, durably. @throws BlobTooLargeError, BlobMismatchError, BlobStoreFullError, and what the stream throws; nothing is kept then */
  stage(content: AsyncIterable<Uint8Array>, expected: BlobExpectation): Promise<StagedBlob>;
  /** Undefined when the version has no content here. @throws BlobMismatchError when what says so has been damaged */
  info(key: BlobKey): Promise<BlobInfo | undefined>;
  /**
   * The bytes of content that is there, or a range of them. Read whole, the last piece comes only when the checksum is right.
   *
   * @throws BlobMismatchError when what was kept has been damaged
   */
  read(key: BlobKey, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** All that is the content of something, in no order; what is damaged may be left out. */
  list(): AsyncIterable<BlobKey>;
  /** Of what is not there too. */
  remove(key: BlobKey): Promise<void>;
  /** Removes what was begun, not finished, and not written to since a time. @param before ms since the epoch. @returns how many */
  removeUnfinished(before: number): Promise<number>;
}
