import { join } from 'node:path';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { OWNER_HEADER } from '../auth/challenges.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { loadDefinitions } from '../fhir/definitions/load-definitions.ts';
import { openAuditLog } from './audit-log/open-audit-log.ts';
import type { DataFolder } from './data-folder.ts';
import type { LocalIdentity } from './identity/open-local-identity.ts';
import { openLocalAccess } from './open-local-access.ts';
import { openLocalApi } from './open-local-api.ts';

/** Where a data folder keeps its audit log. */
export const AUDIT_FOLDER = 'audit';

export interface LocalServiceOptions {
  readonly baseUrl: string;
  readonly durability: 'normal' | 'full';
  readonly config: LoadedConfig;
  /** By which the folder's owner is known: what `server.json` says. */
  readonly secret: string;
  readonly report: (error: unknown) => void;
}

type Handle = (request: FhirRequest) => Promise<FhirResponse>;

/** All that answers on the port of a local server: FHIR, and the sign-in. */
export interface LocalService {
  readonly handle: Handle;
  /** The same for the folder's owner. */
  readonly handleAsOwner: Handle;
  readonly identity: LocalIdentity;
  close(): Promise<void>;
}

/**
 * Puts together what a local server does, behind its port and in front of its data folder.
 *
 * @throws Problem for a configuration that does not fit the folder's FHIR version
 */
export async function openLocalService(folder: DataFolder, options: LocalServiceOptions): Promise<LocalService> {
  const { baseUrl, durability, secret, report } = options;
  const { config, checkTypes } = options.config;
  checkTypes(loadDefinitions(folder.settings.fhirVersion).resourceTypes);
  const audit = openAuditLog(join(folder.path, AUDIT_FOLDER), {
    durability,
    maxBytes: config.audit.rotate.bytes,
    report,
  });
  const { auth, endpoints, identity } = openLocalAccess(folder.path, { baseUrl, config, secret, audit, report });
  const api = await openLocalApi(folder, { baseUrl, durability, report, auth, audit, config });
  const handle: Handle = (request) => endpoints(request) ?? api.handle(request);
  return {
    handle,
    handleAsOwner: (request) => handle({ ...request, headers: { ...request.headers, [OWNER_HEADER]: secret } }),
    identity,
    async close() {
      identity.close();
      await api.close();
      await audit.close();
    },
  };
}
