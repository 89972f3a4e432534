/** Keeps bodies that an item has no room for: S3. */
export interface BodyOverflow {
  /** Durable when it resolves. */
  put(key: string, body: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** Of what is not there too. */
  remove(key: string): Promise<void>;
}
