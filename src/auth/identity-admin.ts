/** A user, as an admin sees them. All times are ms since the epoch. */
export interface UserInfo {
  readonly name: string;
  readonly roles: readonly string[];
  /** `locked`: for a while, after repeated wrong passwords. */
  readonly status: 'active' | 'locked';
  readonly createdAt: number;
  readonly lastSignInAt?: number | undefined;
}

/** How fast a client system may call: a bucket of `burst` requests, refilled `perSecond`. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** How much a client system may call in a calendar day or month (UTC). */
export interface Quota {
  readonly requests: number;
  readonly per: 'day' | 'month';
}

/** A client system, as an admin sees it. */
export interface ClientInfo {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number | undefined;
  readonly rate: RateLimit;
  /** `used`: in the day or month that runs. */
  readonly quota?: (Quota & { readonly used: number }) | undefined;
}

/** What signing in gives. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Of the access token, s. */
  readonly expiresIn: number;
}

/**
 * Users and client systems, as the commands administer them: the local server's and, with the same verbs, those on AWS. What a person
 * can cause is a Problem with one of the codes `user-exists`, `user-unknown`, `user-name-invalid`, `client-exists`, `client-unknown`,
 * `client-name-invalid`, `limit-invalid`, `password-weak`, `sign-in-refused`, `user-locked`, `role-unknown`.
 */
export interface IdentityAdmin {
  addUser(user: {
    readonly name: string;
    readonly roles: readonly string[];
    readonly password: string;
  }): Promise<UserInfo>;
  /** By name. */
  users(): Promise<readonly UserInfo[]>;
  /** Their tokens are refused from now on. */
  removeUser(name: string): Promise<void>;
  /** Unlocks the user; the tokens they have are refused from now on. */
  setPassword(name: string, password: string): Promise<void>;
  token(user: { readonly name: string; readonly password: string }): Promise<TokenPair>;
  /** The key is shown this once; what is kept of it is a hash. */
  addClient(client: {
    readonly name: string;
    readonly rate?: RateLimit | undefined;
    readonly quota?: Quota | undefined;
  }): Promise<{ readonly client: ClientInfo; readonly apiKey: string }>;
  /** By name. */
  clients(): Promise<readonly ClientInfo[]>;
  /** Its key is refused from now on. */
  removeClient(nameOrId: string): Promise<void>;
  close(): Promise<void>;
}
