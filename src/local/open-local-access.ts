import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { type AuditEvent, outcomeOf } from '../audit/audit-event.ts';
import type { AuditPort } from '../audit/audit-port.ts';
import type { AuthPort, Caller } from '../auth/auth-port.ts';
import { createAuth } from '../auth/create-auth.ts';
import { createAuthorizer } from '../auth/roles/create-authorizer.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { configuredIssuers, configuredRoles, identityOptions } from './configured-access.ts';
import type { IdentityEvent } from './identity/endpoints/identity-endpoints.ts';
import { type LocalIdentity, openLocalIdentity } from './identity/open-local-identity.ts';

/** To whom the data folder belongs: whoever may read its files. Needs no key and no user, and may do everything. */
const OWNER: Caller = { id: 'owner', name: 'owner', roles: [] };

/** The auth port for work in this process on behalf of the folder's owner: an import. */
export const OWNER_ACCESS: AuthPort = { authenticate: () => OWNER, authorize: () => ({}) };

export interface LocalAccessOptions {
  /** Of the server: the issuer of its tokens. */
  readonly baseUrl: string;
  readonly config: ResolvedConfig;
  /** By which the owner's commands identify themselves; see `server.json`. */
  readonly secret: string;
  /** Is told who signs in and out. */
  readonly audit: AuditPort;
  readonly report: (error: unknown) => void;
}

/** Who may: what the local server asks, and where users sign in. */
export interface LocalAccess {
  readonly auth: AuthPort;
  /** Answers what is below `/oauth2` and `/.well-known`; undefined for other paths. */
  readonly endpoints: (request: FhirRequest) => Promise<FhirResponse> | undefined;
  readonly identity: LocalIdentity;
}

/** Puts together who may use a data folder's server, from its identity database and the configuration. */
export function openLocalAccess(folder: string, options: LocalAccessOptions): LocalAccess {
  const { baseUrl, config, secret, audit, report } = options;
  const identity = openLocalIdentity(folder, {
    ...identityOptions(config),
    issuer: baseUrl,
    report,
    onEvent: (event) => audit.record(auditEvent(event)),
  });
  const auth = createAuth({
    clients: identity.clients,
    issuers: [identity.tokens, ...configuredIssuers(config)],
    authorize: createAuthorizer(configuredRoles(config), (caller) => caller === OWNER),
    owner: { secret, caller: OWNER },
  });
  return { auth, endpoints: identity.endpoints, identity };
}

function auditEvent({ at, name, user, client, remoteAddress, requestId, status }: IdentityEvent): AuditEvent {
  return {
    v: 1,
    time: new Date(at).toISOString(),
    ms: Math.max(0, Date.now() - at),
    request: requestId ?? '',
    outcome: outcomeOf(status),
    status,
    user: user === undefined ? undefined : { id: user.id, name: user.name },
    roles: user?.roles,
    client,
    address: remoteAddress,
    method: 'POST',
    interaction: name,
  };
}
