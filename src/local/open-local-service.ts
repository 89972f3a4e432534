import { join } from 'node:path';
import { type BlobTransfer, createBlobEndpoints } from '../api/binary/blob-endpoints.ts';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { type AuditEvent, outcomeOf } from '../audit/audit-event.ts';
import { OWNER_HEADER } from '../auth/challenges.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { loadDefinitions } from '../fhir/definitions/load-definitions.ts';
import type { OpenStorage } from '../storage/storage-parts.ts';
import { openAuditLog } from './audit-log/open-audit-log.ts';
import { keepSwept } from './blobs/sweep-blobs.ts';
import type { DataFolder } from './data-folder.ts';
import type { LocalIdentity } from './identity/open-local-identity.ts';
import { openLocalAccess } from './open-local-access.ts';
import { openLocalApi } from './open-local-api.ts';
import { openLocalBinary } from './open-local-binary.ts';
import { type OnRefused, refusalEvent } from './refusal-event.ts';

/** Where a data folder keeps its audit log. */
export const AUDIT_FOLDER = 'audit';

export interface LocalServiceOptions {
  readonly baseUrl: string;
  readonly durability: 'normal' | 'full';
  readonly config: LoadedConfig;
  /** By which the folder's owner is known: what `server.json` says. */
  readonly secret: string;
  readonly report: (error: unknown) => void;
  /** Opens the storage; default: the embedded one. */
  readonly openStorage?: OpenStorage | undefined;
}

type Handle = (request: FhirRequest) => Promise<FhirResponse>;

/** All that answers on the port of a local server: FHIR, and the sign-in. */
export interface LocalService {
  readonly handle: Handle;
  /** The same for the folder's owner. */
  readonly handleAsOwner: Handle;
  readonly identity: LocalIdentity;
  /** Records what the transport refuses. */
  readonly onRefused: OnRefused;
  close(): Promise<void>;
}

/**
 * Puts together what a local server does, behind its port and in front of its data folder.
 *
 * @throws Problem for a configuration that does not fit the folder's FHIR version
 */
export async function openLocalService(folder: DataFolder, options: LocalServiceOptions): Promise<LocalService> {
  const { baseUrl, durability, secret, report, openStorage } = options;
  const { config, checkTypes } = options.config;
  checkTypes(loadDefinitions(folder.settings.fhirVersion).resourceTypes);
  const audit = openAuditLog(join(folder.path, AUDIT_FOLDER), {
    durability,
    maxBytes: config.audit.rotate.bytes,
    keep: config.audit.keep,
    report,
  });
  const { auth, endpoints, identity } = openLocalAccess(folder.path, { baseUrl, config, secret, audit, report });
  const binary = openLocalBinary(folder.path, baseUrl, config.binary);
  const { blobs, urls, maxBytes } = binary;
  const api = await openLocalApi(folder, { baseUrl, durability, report, auth, audit, binary, config, openStorage });
  const transfers = createBlobEndpoints({
    baseUrl,
    fhirVersion: folder.settings.fhirVersion,
    urls,
    blobs,
    store: api.store,
    maxBytes,
    onTransfer: async (transfer) => {
      try {
        await audit.record(transferEvent(transfer));
      } catch (error) {
        if (config.audit.onFailure === 'refuse') throw error;
        report(error);
      }
    },
    report,
    now: Date.now,
  });
  const stopSweeping = keepSwept(blobs, api.store, report);
  const handle: Handle = (request) => endpoints(request) ?? transfers(request) ?? api.handle(request);
  return {
    handle,
    handleAsOwner: (request) => handle({ ...request, headers: { ...request.headers, [OWNER_HEADER]: secret } }),
    identity,
    async onRefused(refusal) {
      try {
        await audit.record(refusalEvent(refusal, Date.now()));
      } catch (error) {
        report(error);
      }
    },
    async close() {
      await stopSweeping();
      identity.close();
      await api.close();
      await audit.close();
    },
  };
}

/** Whose key it was that a signed URL stands for, the event of the request that it was given to says. */
function transferEvent({ at, method, grant, status, remoteAddress, requestId }: BlobTransfer): AuditEvent {
  return {
    v: 1,
    time: new Date(at).toISOString(),
    ms: Math.max(0, Date.now() - at),
    request: requestId ?? '',
    outcome: outcomeOf(status),
    status,
    address: remoteAddress,
    method,
    interaction: grant === undefined ? undefined : grant.transfer === 'put' ? 'binary-upload' : 'binary-download',
    type: grant === undefined ? undefined : 'Binary',
    id: grant?.id,
    version: grant?.version,
  };
}
