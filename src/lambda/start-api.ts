import { randomUUID } from 'node:crypto';
import type { AuditPort } from '../audit/audit-port.ts';
import type { Fetcher } from '../auth/discover-jwks.ts';
import { createGatewayAuth } from '../auth/gateway-clients.ts';
import { configuredRoles } from '../auth/roles/configured-roles.ts';
import { createAuthorizer } from '../auth/roles/create-authorizer.ts';
import { trustedIssuer } from '../auth/trusted-issuers.ts';
import { type ApiEnvironment, readApiEnvironment, type UserPool, type Variables } from './environment.ts';
import type { GatewayEvent, GatewayResult } from './gateway-event.ts';
import { createGatewayHandler } from './gateway-handler.ts';
import { openGroupAudit } from './group-audit.ts';
import { openLogAudit } from './log-audit.ts';
import { createReport, type WriteLine } from './log-line.ts';
import { openAwsApi } from './open-aws-api.ts';
import { openData } from './open-data.ts';
import { openLogStream } from './put-log-events.ts';
import { fhirParts } from './storage-parts.ts';

/**
 * Puts the function together that answers requests. Nothing is sent, and no definition is read, before a request needs it.
 *
 * @throws EnvironmentError
 */
export function startApi(variables: Variables, write: WriteLine): (event: GatewayEvent) => Promise<GatewayResult> {
  const environment = readApiEnvironment(variables);
  const { baseUrl, fhirVersion, config, users } = environment;
  let requestId: string | undefined;
  const report = createReport(write, () => requestId);
  const parts = fhirParts({ fhirVersion, baseUrl, report });
  const { store, bucket, accessRecords } = openData(environment, parts.storage);
  const auth = createGatewayAuth({
    records: accessRecords,
    issuers: [{ ...users, fetcher: fetcherOf(users) }, ...config.auth.issuers].map(trustedIssuer),
    authorize: createAuthorizer(configuredRoles(config.roles, config.replaceDefaultRoles)),
  });
  const server = openAwsApi({
    baseUrl,
    config,
    parts,
    store,
    binary: bucket.binary(config.binary),
    auth,
    audit: openAudit(environment, write),
    report,
  });
  const { limits, cors } = config.server;
  const handle = createGatewayHandler({
    server,
    baseUrl,
    fhirVersion,
    maxUrlLength: limits.urlLength,
    cors,
    report,
  });
  return (event) => {
    // One request at a time.
    requestId = event.requestContext?.requestId;
    return handle(event);
  };
}

/** A stream of its own for each container: its first request's day, and what no other has. */
function openAudit({ audit, region, credentials }: ApiEnvironment, write: WriteLine): AuditPort {
  if (audit === undefined) return openLogAudit(write);
  const stream = `${new Date().toISOString().slice(0, 10)}/${randomUUID()}`;
  return openGroupAudit(openLogStream({ ...audit, region, credentials, stream }), write);
}

/** Keys come over HTTPS, but those of an emulator on this machine. */
function fetcherOf({ jwksUri }: UserPool): Fetcher | undefined {
  if (jwksUri?.startsWith('http:') !== true) return undefined;
  return { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };
}
