import type { FhirError } from '../fhir/operation-outcome.ts';
import type { Allowable } from './roles/role.ts';

/** Who asks. */
export interface Caller {
  /** Of the user; of the client system where no user is named; stable. */
  readonly id: string;
  /** As it is typed: the user's name. */
  readonly name?: string | undefined;
  /** The names of the user's roles. */
  readonly roles: readonly string[];
  /** The client system: whose API key it was. */
  readonly client?: { readonly id: string; readonly name: string } | undefined;
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
  /** Whether a further interaction is allowed, on a type or on any at all, where that a request asks for it shows only on the way. Absent: all are. */
  readonly allows?: ((interaction: Allowable, type?: string) => boolean) | undefined;
  /** The refusal of such a further interaction. */
  readonly refuse?: ((interaction: Allowable, type?: string) => FhirError) | undefined;
}

/** The two steps between the router and an interaction. Each refuses by throwing. */
export interface AuthPort {
  /** Called once a request, when it is known what it asks for. @throws FhirError 401; 429 beyond a client's limits */
  authenticate(
    credentials: Credentials,
    request: AccessRequest,
    /** Told the client system as soon as that is known: a request that is refused after it is recorded with it. */
    tell?: (client: NonNullable<Caller['client']>) => void,
  ): Caller | Promise<Caller>;
  /** Called for a request and again for each entry of a Bundle. @throws FhirError 403 */
  authorize(caller: Caller, request: AccessRequest): Access | Promise<Access>;
}

const ANYONE: Caller = { id: 'anonymous', roles: [] };
const EVERYTHING: Access = {};

/** Everyone may do everything: a server without authentication. */
export const OPEN_ACCESS: AuthPort = {
  authenticate: () => ANYONE,
  authorize: () => EVERYTHING,
};
