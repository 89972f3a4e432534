import type { CorsOptions } from '../../../src/api/cors.ts';
import { NO_AUDIT } from '../../../src/audit/audit-port.ts';
import type { AccessRecords } from '../../../src/auth/access-records.ts';
import { tokenRefused } from '../../../src/auth/challenges.ts';
import { createGatewayAuth } from '../../../src/auth/gateway-clients.ts';
import { createAuthorizer } from '../../../src/auth/roles/create-authorizer.ts';
import { DEFAULT_ROLES } from '../../../src/auth/roles/default-roles.ts';
import type { TokenIssuer } from '../../../src/auth/token-issuer.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import type { GatewayEvent, GatewayResult } from '../../../src/lambda/gateway-event.ts';
import { createGatewayHandler } from '../../../src/lambda/gateway-handler.ts';
import { openLogAudit } from '../../../src/lambda/log-audit.ts';
import { openAwsApi } from '../../../src/lambda/open-aws-api.ts';
import { fhirParts } from '../../../src/lambda/storage-parts.ts';
import { openEmbeddedStore } from '../../../src/storage/embedded/open-embedded-store.ts';

export const BASE_URL = 'https://api.example.org/prod';
export const ISSUER = 'https://issuer.example.org';

/** A token in form alone, as {@link formIssuer} takes them. */
export function formToken(sub: string, { iss = ISSUER }: { readonly iss?: string } = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ iss, sub })}.good`;
}

/** When the tokens say that they were made, ms since the epoch. */
export const MADE_AT = Date.UTC(2024, 0, 1);

/** Takes tokens that end in "good", and counts them. */
export function formIssuer(roles: readonly string[] = ['practitioner']): TokenIssuer & { readonly verified: string[] } {
  const verified: string[] = [];
  return {
    issuer: ISSUER,
    verified,
    async verify(token) {
      if (!token.endsWith('.good')) throw tokenRefused('Its signature is wrong.');
      const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
      verified.push(sub);
      const until = Date.now() + 60_000;
      return { issuedAt: MADE_AT, expiresAt: until, rememberUntil: until, user: () => ({ id: sub, name: sub, roles }) };
    },
  };
}

/** An event as a REST API sends it. */
export function eventOf(method: string, path: string, change: Partial<GatewayEvent> = {}): GatewayEvent {
  return {
    httpMethod: method,
    path,
    pathParameters: { proxy: path.slice(1) },
    multiValueHeaders: {
      Accept: ['application/fhir+json'],
      Authorization: [`Bearer ${formToken('ann')}`],
      'Content-Type': ['application/fhir+json'],
      Host: ['api.example.org'],
    },
    multiValueQueryStringParameters: null,
    requestContext: {
      path: `/prod${path}`,
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      identity: { sourceIp: '192.0.2.1', apiKeyId: 'key1' },
    },
    body: null,
    isBase64Encoded: false,
    ...change,
  };
}

export interface TestFunction {
  readonly handle: (event: GatewayEvent) => Promise<GatewayResult>;
  /** What it wrote to its log. */
  readonly lines: string[];
  readonly reported: unknown[];
  close(): Promise<void>;
}

/** The api function on the embedded store. */
export function openTestFunction(
  options: { readonly records?: AccessRecords; readonly audited?: boolean; readonly cors?: CorsOptions } = {},
): TestFunction {
  const { records = { read: async (id) => ({ client: { id, name: 'clinic' } }) }, audited = false, cors } = options;
  const lines: string[] = [];
  const reported: unknown[] = [];
  const report = (error: unknown) => void reported.push(error);
  const config = resolveConfig({ server: { limits: { bodyBytes: 1_000_000 } } });
  const parts = fhirParts({ fhirVersion: '4.0.1', baseUrl: BASE_URL, report });
  const store = openEmbeddedStore({ file: ':memory:', ...parts.storage });
  const auth = createGatewayAuth({ records, issuers: [formIssuer()], authorize: createAuthorizer(DEFAULT_ROLES) });
  const audit = audited ? openLogAudit((line) => lines.push(line)) : NO_AUDIT;
  const server = openAwsApi({ baseUrl: BASE_URL, config, parts, store, auth, audit, report });
  const maxUrlLength = config.server.limits.urlLength;
  const handle = createGatewayHandler({ server, baseUrl: BASE_URL, fhirVersion: '4.0.1', maxUrlLength, cors, report });
  return { handle, lines, reported, close: () => store.close() };
}
