/** A user, by who says so and what they call them. */
export interface UserKey {
  /** The claim `iss`. */
  readonly issuer: string;
  /** The claim `sub`. */
  readonly id: string;
}

/** What is on record of who asks. */
export interface AccessRecord {
  /** The client system's name; undefined: there is none of this id, or not any more. */
  readonly clientName: string | undefined;
  /** The user has been removed: their tokens, which their issuer can't take back, are void. */
  readonly isRevoked: boolean;
}

/** Which client systems there are, and which users not any more: kept where all functions see it. */
export interface AccessRecords {
  /**
   * As it is at the moment, in one request.
   *
   * @param user absent: no one is named
   * @throws StoreUnavailableError
   */
  read(clientId: string, user: UserKey | undefined): Promise<AccessRecord>;
}
