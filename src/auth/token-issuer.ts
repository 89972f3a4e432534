/** Whom a token names. */
export interface TokenUser {
  /** Stable; of the issuer. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly roles: readonly string[];
}

/** A token whose signature and claims are right. */
export interface VerifiedToken {
  /** ms since the epoch, to the second; undefined where it does not say. */
  readonly issuedAt?: number | undefined;
  /** ms since the epoch. */
  readonly expiresAt: number;
  /** Until when it need not be verified again; ms since the epoch, `expiresAt` at the latest. */
  readonly rememberUntil: number;
  /** The user as they are now; undefined when the token has been made void since: user removed, session ended. */
  user(): TokenUser | undefined;
}

/** One issuer whose tokens are accepted. */
export interface TokenIssuer {
  /** The claim `iss`. */
  readonly issuer: string;
  /**
   * @throws FhirError 401 for what is not accepted; 503 when the issuer's keys cannot be had
   */
  verify(token: string): VerifiedToken | Promise<VerifiedToken>;
}
