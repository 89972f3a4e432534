import type { BinarySupport } from '../api/binary/binary-support.ts';
import { handleBundle } from '../api/bundle/handle-bundle.ts';
import { createFhirServer, type FhirServer } from '../api/create-fhir-server.ts';
import type { AuditPort } from '../audit/audit-port.ts';
import type { AuthPort } from '../auth/auth-port.ts';
import { packageVersion } from '../config/package-info.ts';
import type { Store } from '../storage/store.ts';
import type { ApiEnvironment } from './environment.ts';
import type { FhirParts } from './storage-parts.ts';

export interface AwsApiOptions {
  readonly baseUrl: string;
  readonly config: Pick<ApiEnvironment['config'], 'audit' | 'server'>;
  readonly parts: Pick<FhirParts, 'definitions' | 'terminology' | 'units'>;
  readonly store: Store;
  readonly binary?: BinarySupport | undefined;
  readonly auth: AuthPort;
  readonly audit: AuditPort;
  readonly report: (error: unknown) => void;
}

/** The FHIR server of a function, without the gateway. */
export function openAwsApi({ parts, config, ...options }: AwsApiOptions): FhirServer {
  const { definitions, terminology, units } = parts;
  return createFhirServer({
    ...options,
    definitions,
    terminology,
    units,
    software: { name: 'fwoa', version: packageVersion() },
    bundles: handleBundle,
    auditFailure: config.audit.onFailure,
    auditQueryValues: config.audit.queryValues,
    limits: { bodyBytes: config.server.limits.bodyBytes },
  });
}
