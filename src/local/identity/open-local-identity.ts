import type { FhirRequest, FhirResponse } from '../../api/http.ts';
import type { ClientDirectory } from '../../auth/client-directory.ts';
import type { ClientInfo, IdentityAdmin, RateLimit } from '../../auth/identity-admin.ts';
import type { TokenIssuer } from '../../auth/token-issuer.ts';
import { createIdentityEndpoints, type IdentityEvent } from './endpoints/identity-endpoints.ts';
import { openIdentityDatabase } from './identity-database.ts';
import { chosenOptions, type IdentityOptions } from './identity-options.ts';
import type { IdentityState } from './identity-state.ts';
import { identityTables } from './identity-tables.ts';
import { createIdentityView } from './identity-view.ts';
import { createLocalIdentityAdmin } from './local-identity-admin.ts';
import { createLocalIssuer } from './local-issuer.ts';
import { createSignIn } from './sign-in.ts';
import { rotateSigningKey, signingKey } from './token-maker.ts';
import { createUsageWriter } from './usage-writer.ts';

export interface LocalIdentityOptions extends IdentityOptions {
  /** Told of each sign-in, refresh and revocation over HTTP before it is answered; a rejection makes the answer a 500. */
  readonly onEvent?: ((event: IdentityEvent) => void | Promise<void>) | undefined;
}

/** The local identity: who may call and sign in, kept in the data folder. */
export interface LocalIdentity {
  /** The claim `iss` of its tokens. */
  readonly issuer: string;
  /** For `createAuth`. */
  readonly clients: ClientDirectory;
  /** For `createAuth`. */
  readonly tokens: TokenIssuer;
  /** Answers what is below `/oauth2` and `/.well-known`; undefined for other paths. */
  readonly endpoints: (request: FhirRequest) => Promise<FhirResponse> | undefined;
  readonly admin: IdentityAdmin;
  /** Makes the first client system; undefined when there is one already. The key is told this once. */
  ensureClient(
    name: string,
    rate?: RateLimit,
  ): Promise<{ readonly client: ClientInfo; readonly apiKey: string } | undefined>;
  /** A new key to sign with, now; tokens of the one before it hold on until they expire. */
  rotateSigningKey(): void;
  /** Writes what is not written yet. */
  close(): void;
}

const DEFAULT_ISSUER = 'http://127.0.0.1:8080';
/** ms between writes of what client systems used. */
const USAGE_EVERY = 1000;

/**
 * Opens the identity database of a data folder, beside whichever other processes have it open.
 *
 * @throws Problem when a newer fwoa made it
 */
export function openLocalIdentity(folder: string, options: LocalIdentityOptions = {}): LocalIdentity {
  const chosen = chosenOptions(options);
  const { now, accessLifetime, report } = chosen;
  const tables = identityTables(openIdentityDatabase(folder));
  const { settings, clients, database } = tables;
  // A command without a server makes tokens for the last one that ran here, or the one that will run by default.
  const issuer = options.issuer?.replace(/\/+$/, '') ?? settings.issuer() ?? DEFAULT_ISSUER;
  const view = createIdentityView(tables, accessLifetime, now);
  const usage = createUsageWriter(tables, { every: USAGE_EVERY, report });
  const state: IdentityState = { issuer, options: chosen, tables, view, usage, change };
  if (options.issuer !== undefined) {
    settings.setIssuer(issuer);
    // Before anyone asks for the JWKS: there is always a key in it.
    signingKey(state);
  }
  const signIn = createSignIn(state);
  const tokens = createLocalIssuer(state);
  const directory: ClientDirectory = {
    revision: () => view.current().revision,
    byKeyHash: (hash) => view.current().clients.get(hash),
    used: (client) => usage.used(client),
  };
  const admin = createLocalIdentityAdmin(state, signIn, close);
  let open = true;

  function change<T>(work: () => T): T {
    const result = tables.transaction(() => {
      const done = work();
      settings.changed();
      return done;
    });
    view.invalidate();
    return result;
  }

  function close(): void {
    if (!open) return;
    open = false;
    try {
      usage.close();
    } finally {
      database.close();
    }
  }

  return {
    issuer,
    clients: directory,
    tokens,
    endpoints: createIdentityEndpoints({ state, clients: directory, signIn, onEvent: options.onEvent }),
    admin,
    async ensureClient(name, rate) {
      return clients.all().length === 0 ? admin.addClient({ name, rate }) : undefined;
    },
    rotateSigningKey: () => void rotateSigningKey(state),
    close,
  };
}
