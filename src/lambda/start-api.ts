import { createGatewayAuth } from '../auth/gateway-clients.ts';
import { configuredRoles } from '../auth/roles/configured-roles.ts';
import { createAuthorizer } from '../auth/roles/create-authorizer.ts';
import { trustedIssuer } from '../auth/trusted-issuers.ts';
import { readApiEnvironment, type Variables } from './environment.ts';
import type { GatewayEvent, GatewayResult } from './gateway-event.ts';
import { createGatewayHandler } from './gateway-handler.ts';
import { openLogAudit } from './log-audit.ts';
import { createReport, type WriteLine } from './log-line.ts';
import { openAwsApi } from './open-aws-api.ts';
import { openData } from './open-data.ts';
import { fhirParts } from './storage-parts.ts';

/**
 * Puts the function together that answers requests. Nothing is sent, and no definition is read, before a request needs it.
 *
 * @throws EnvironmentError
 */
export function startApi(variables: Variables, write: WriteLine): (event: GatewayEvent) => Promise<GatewayResult> {
  const environment = readApiEnvironment(variables);
  const { baseUrl, fhirVersion, config, users } = environment;
  const report = createReport(write);
  const parts = fhirParts({ fhirVersion, baseUrl, report });
  const { store, bucket, accessRecords } = openData(environment, parts.storage);
  const auth = createGatewayAuth({
    records: accessRecords,
    issuers: [users, ...config.auth.issuers].map(trustedIssuer),
    authorize: createAuthorizer(configuredRoles(config.roles, config.replaceDefaultRoles)),
  });
  const server = openAwsApi({
    baseUrl,
    config,
    parts,
    store,
    binary: bucket.binary(config.binary),
    auth,
    audit: openLogAudit(write),
    report,
  });
  return createGatewayHandler({ server, baseUrl, fhirVersion, maxUrlLength: config.server.limits.urlLength, report });
}
