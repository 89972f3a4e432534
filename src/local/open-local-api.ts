import type { BinarySupport } from '../api/binary/binary-support.ts';
import { handleBundle } from '../api/bundle/handle-bundle.ts';
import { createFhirServer } from '../api/create-fhir-server.ts';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import type { AuditPort } from '../audit/audit-port.ts';
import type { AuthPort } from '../auth/auth-port.ts';
import { packageVersion } from '../config/package-info.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { loadDefinitions } from '../fhir/definitions/load-definitions.ts';
import { createIndexer } from '../fhir/index/create-indexer.ts';
import { contentText, narrativeText } from '../fhir/index/full-text.ts';
import { loadTerminology } from '../fhir/terminology/load-terminology.ts';
import { createUnitConverter } from '../fhir/ucum.ts';
import { openEmbeddedStore } from '../storage/embedded/open-embedded-store.ts';
import type { OpenStorage } from '../storage/storage-parts.ts';
import type { Store } from '../storage/store.ts';
import type { DataFolder } from './data-folder.ts';
import { tellingFullDisk } from './full-disk.ts';

export interface LocalApiOptions {
  /** The base URL of what it answers with. */
  readonly baseUrl: string;
  /** See `EmbeddedStoreOptions`; default `normal`. */
  readonly durability?: 'normal' | 'full' | undefined;
  /** Gets the server's own errors, those that are answered by a 500; default: a warning of the process. */
  readonly report?: ((error: unknown) => void) | undefined;
  readonly auth: AuthPort;
  readonly audit: AuditPort;
  readonly binary?: BinarySupport | undefined;
  /** Opens the storage; default: the embedded one, in the data folder. */
  readonly openStorage?: OpenStorage | undefined;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** A fresh resource id; default: random UUIDs. */
  readonly newId?: (() => string) | undefined;
  /** Default: all as by default. */
  readonly config?: Pick<ResolvedConfig, 'audit' | 'server'> | undefined;
}

/** A FHIR server on a data folder, without a network. */
export interface LocalApi {
  handle(request: FhirRequest): Promise<FhirResponse>;
  readonly store: Store;
  /** Lets the store go; the folder stays held. */
  close(): Promise<void>;
}

/** Puts the server together: the embedded store and all that FHIR's search needs. This is where the local server chooses its adapters. */
export async function openLocalApi(folder: DataFolder, options: LocalApiOptions): Promise<LocalApi> {
  const { baseUrl, durability = 'normal', report = warn, auth, audit, binary, config } = options;
  const definitions = loadDefinitions(folder.settings.fhirVersion);
  const terminology = loadTerminology(folder.settings.fhirVersion);
  const units = createUnitConverter();
  const openEmbedded: OpenStorage = (parts) =>
    tellingFullDisk(openEmbeddedStore({ file: folder.database, durability, ...parts }));
  const store = await (options.openStorage ?? openEmbedded)({
    fhirVersion: folder.settings.fhirVersion,
    index: createIndexer(definitions, { baseUrl, units, terminology }),
    fullText: (resource) => ({ narrative: narrativeText(resource), content: contentText(resource) }),
    isCaseSensitive: (system) => terminology.isCaseSensitive(system),
    report,
  });
  const software = { name: 'fwoa', version: packageVersion() };
  const server = createFhirServer({
    definitions,
    terminology,
    units,
    store,
    baseUrl,
    software,
    report,
    bundles: handleBundle,
    auth,
    audit,
    binary,
    auditFailure: config?.audit.onFailure,
    auditQueryValues: config?.audit.queryValues,
    now: options.now,
    newId: options.newId,
    limits: config === undefined ? undefined : { bodyBytes: config.server.limits.bodyBytes },
  });
  return { handle: server.handle, store, close: () => store.close() };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
