/**
 * The library: the parts of the server, to be put together in a product of your own. `src/local/open-local-api.ts` shows how.
 *
 * @packageDocumentation
 */

export type { BinarySupport } from './api/binary/binary-support.ts';
export { type BlobEndpointsOptions, type BlobTransfer, createBlobEndpoints } from './api/binary/blob-endpoints.ts';
export { createSignedUrls, type SignedUrl, type SignedUrls, type UrlSigner } from './api/binary/signed-urls.ts';
export { handleBundle } from './api/bundle/handle-bundle.ts';
export { createFhirServer, type FhirServer, type FhirServerOptions } from './api/create-fhir-server.ts';
export type { FhirRequest, FhirResponse } from './api/http.ts';
export { DEFAULT_LIMITS, type Limits } from './api/server-context.ts';
export { toFetch } from './api/web-fetch.ts';
export type { AuditEvent } from './audit/audit-event.ts';
export { type AuditPort, NO_AUDIT } from './audit/audit-port.ts';
export { type Access, type AuthPort, type Caller, OPEN_ACCESS } from './auth/auth-port.ts';
export type { ClientDirectory } from './auth/client-directory.ts';
export { type AuthOptions, createAuth } from './auth/create-auth.ts';
export { createOidcIssuer, type OidcIssuerOptions } from './auth/oidc-issuer.ts';
export { createAuthorizer } from './auth/roles/create-authorizer.ts';
export { DEFAULT_ROLES } from './auth/roles/default-roles.ts';
export type { Role, RoleRule } from './auth/roles/role.ts';
export type { TokenIssuer } from './auth/token-issuer.ts';
export { defineConfig, type FwoaConfig } from './config/fwoa-config.ts';
export type { Definitions } from './fhir/definitions/definitions.ts';
export { loadDefinitions } from './fhir/definitions/load-definitions.ts';
export { type FhirVersion, parseFhirVersion } from './fhir/fhir-version.ts';
export { createIndexer } from './fhir/index/create-indexer.ts';
export { contentText, narrativeText } from './fhir/index/full-text.ts';
export type { IndexEntry, IndexResource } from './fhir/index/index-entry.ts';
export { Decimal } from './fhir/json/decimal.ts';
export { parseJson } from './fhir/json/parse-json.ts';
export { stringifyJson } from './fhir/json/stringify-json.ts';
export { FhirError } from './fhir/operation-outcome.ts';
export type { JsonObject, JsonValue, Resource } from './fhir/resource.ts';
export type { SearchQuery } from './fhir/search/search-query.ts';
export { loadTerminology } from './fhir/terminology/load-terminology.ts';
export type { Terminology } from './fhir/terminology/terminology.ts';
export { createUnitConverter } from './fhir/ucum.ts';
export { type AuditLogOptions, openAuditLog } from './local/audit-log/open-audit-log.ts';
export { openFileBlobStore } from './local/blobs/file-blob-store.ts';
export { type HttpListener, type ListenOptions, listen } from './local/http-listener.ts';
export { type LocalIdentity, openLocalIdentity } from './local/identity/open-local-identity.ts';
export { type LocalServer, type LocalServerOptions, startLocalServer } from './local/start-local-server.ts';
export {
  BlobExistsError,
  type BlobInfo,
  type BlobKey,
  BlobMismatchError,
  type BlobStore,
  BlobStoreFullError,
  BlobTooLargeError,
  type StagedBlob,
} from './storage/blob-store.ts';
export { type EmbeddedStoreOptions, openEmbeddedStore } from './storage/embedded/open-embedded-store.ts';
export type { FullText, OpenStorage, StorageParts } from './storage/storage-parts.ts';
export type {
  Change,
  ChangeMethod,
  Conflict,
  Guard,
  HistoryPage,
  HistoryQuery,
  SearchPage,
  Store,
  StoredVersion,
} from './storage/store.ts';
export {
  InvalidCursorError,
  SearchTooCostlyError,
  StoreUnavailableError,
} from './storage/store.ts';
