/** Who asks. */
export interface Caller {
  /** Of the user or the client system; stable. */
  readonly id: string;
  readonly name?: string | undefined;
}

/** What a request shows of itself before anything of it is carried out. */
export interface Credentials {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly remoteAddress?: string | undefined;
}

/** What is asked for: an interaction by its name, and what it is about. */
export interface AccessRequest {
  readonly name: string;
  readonly type?: string | undefined;
  readonly id?: string | undefined;
}

/** What the caller may do. */
export interface Access {
  /** Types that may be read: a search shows no other ones, nor is influenced by them. Absent: all. */
  readonly readable?: ((type: string) => boolean) | undefined;
}

/** The two steps between the router and an interaction. Each refuses by throwing. */
export interface AuthPort {
  /** @throws FhirError 401 */
  authenticate(credentials: Credentials): Caller | Promise<Caller>;
  /** Called for a request and again for each entry of a Bundle. @throws FhirError 403 */
  authorize(caller: Caller, request: AccessRequest): Access | Promise<Access>;
}

const ANYONE: Caller = { id: 'anonymous' };
const EVERYTHING: Access = {};

/** Everyone may do everything: a server without authentication. */
export const OPEN_ACCESS: AuthPort = {
  authenticate: () => ANYONE,
  authorize: () => EVERYTHING,
};
