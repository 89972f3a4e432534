/** A user, by who says so and what they call them. */
export interface UserKey {
  /** The claim `iss`. */
  readonly issuer: string;
  /** The claim `sub`. */
  readonly id: string;
}

/** What is on record of who asks. */
export interface AccessRecord {
  /** The client system; undefined: there is none of this id, or not any more. */
  readonly client: { readonly id: string; readonly name: string } | undefined;
  /**
   * The user's tokens that were made before this time are void, ms since the epoch: of all times for one who was removed, of the change for a new
   * password. Their issuer can't take them back.
   */
  readonly revokedBefore?: number | undefined;
}

/** Which client systems there are, and which users not any more: kept where all functions see it. */
export interface AccessRecords {
  /**
   * As it is at the moment, in one request.
   *
   * @param clientId of its API key; or the key's `keyName`, where its id is not known
   * @param user absent: no one is named
   * @throws StoreUnavailableError
   */
  read(clientId: string, user: UserKey | undefined): Promise<AccessRecord>;
}
