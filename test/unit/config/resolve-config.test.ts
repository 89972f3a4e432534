import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/api/server-context.ts';
import { configSchema, knownKeys } from '../../../src/config/config-schema.ts';
import type { FwoaConfig } from '../../../src/config/fwoa-config.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { configuredOptions } from '../../../src/local/transport/configured-options.ts';
import { resolveOptions } from '../../../src/local/transport/listen-options.ts';

/** Every key, with another value than by default. */
const FULL: Required<FwoaConfig> = {
  roles: { nurse: { description: 'Reads.', rules: [{ interactions: ['read'], types: ['Patient'] }] } },
  replaceDefaultRoles: true,
  auth: {
    issuers: [{ issuer: 'https://login.example.org', audience: 'fhir', roles: { ward7: 'nurse' } }],
    tokenLifetime: '10m',
    refreshLifetime: '1d',
    lockout: { attempts: 3, duration: '1h' },
  },
  clients: { defaultRate: { perSecond: 1, burst: 2 }, defaultQuota: { requests: 3, per: 'day' } },
  audit: { queryValues: true, onFailure: 'continue', rotate: { megabytes: 1 }, keep: '90d' },
  binary: { urlLifetime: '1m', maxBytes: 1, inlineBytes: 0, restrictToAddress: true },
  server: {
    cors: { origins: ['https://app.example.org'] },
    limits: { bodyBytes: 1, headerBytes: 2, headers: 3, urlLength: 4, connections: 5 },
    timeouts: { headers: '1s', idle: '2s', keepAlive: '3s', close: '4s' },
  },
  deploy: {
    alarmEmail: 'ops@example.org',
    tags: { team: 'ehr' },
    logs: { days: 30, auditDays: 3653 },
    api: {
      throttle: { perSecond: 1, burst: 2 },
      waf: { requestsPer5Minutes: 100 },
      domain: { name: 'fhir.example.org', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' },
      vpcEndpointIds: ['vpce-1'],
    },
    functions: { memory: 512, reserved: 5, provisioned: 2 },
    search: { instanceType: 'm7g.large.search', instances: 2, volumeGb: 20 },
    users: {
      mfa: 'required',
      callbackUrls: ['https://app.example.org/back'],
      federation: [{ name: 'Hospital', saml: { metadataUrl: 'https://idp.example.org/metadata' } }],
    },
    bucket: { networks: ['203.0.113.0/24'] },
  },
};

describe('what a configuration leaves out', () => {
  it('is as the parts have it by themselves', () => {
    const { server } = resolveConfig({});
    const port = { host: '127.0.0.1', port: 0, report: () => undefined };
    expect(resolveOptions({ ...port, ...configuredOptions(server) })).toEqual(resolveOptions(port));
    expect(server.limits.bodyBytes).toBe(DEFAULT_LIMITS.bodyBytes);
  });

  it('allows nothing', () => {
    const { roles, auth, server, audit } = resolveConfig({});
    expect([roles, auth.issuers, server.cors.origins]).toEqual([[], [], []]);
    expect([audit.queryValues, audit.onFailure]).toEqual([false, 'refuse']);
  });
});

it('what a configuration says holds', () => {
  expect(resolveConfig(FULL)).toEqual({
    roles: [{ name: 'nurse', ...FULL.roles?.nurse }],
    replaceDefaultRoles: true,
    auth: {
      issuers: [
        {
          issuer: 'https://login.example.org',
          audience: 'fhir',
          roles: { ward7: 'nurse' },
          tokenUse: 'access',
          groupsClaim: 'cognito:groups',
          usernameClaim: 'username',
        },
      ],
      tokenLifetime: 600_000,
      refreshLifetime: 86_400_000,
      lockout: { attempts: 3, duration: 3_600_000 },
    },
    clients: FULL.clients,
    audit: { queryValues: true, onFailure: 'continue', rotate: { bytes: 2 ** 20 }, keep: 90 * 86_400_000 },
    binary: { ...FULL.binary, urlLifetime: 60_000 },
    server: { ...FULL.server, timeouts: { headers: 1000, idle: 2000, keepAlive: 3000, close: 4000 } },
    deploy: FULL.deploy,
  });
});

describe('what is wrong in deploy', () => {
  it.each([
    [{ logs: { days: 31 } }, /is not what CloudWatch Logs offers/],
    [{ tags: { 'aws:x': 'y' } }, /./],
    [{ alarmEmail: 'nobody' }, /is no e-mail address/],
    [{ search: { existing: { endpoint: 'http://search.example.org', signedFor: 'none' } } }, /must be an https URL/],
    [{ search: { existing: { endpoint: 'https://search.example.org', signedFor: 'es' } } }, /needs .*arn/],
    [{ users: { federation: [{ name: 'x' }] } }, /either .*saml.* or .*oidc/],
    [{ bucket: { networks: ['203.0.113.7'] } }, /is no network/],
  ])('is told: %j', (deploy, message) => {
    expect(configSchema.safeParse({ deploy }).error?.message).toMatch(message);
  });

  it('is not OpenSearch on this machine, for tests', () => {
    const existing = { endpoint: 'http://127.0.0.1:9200', signedFor: 'none' };
    expect(configSchema.safeParse({ deploy: { search: { existing } } }).error).toBeUndefined();
  });
});

describe('docs/configuration.md', () => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url)), 'utf8');

  /** The paths of all keys of the schema: `roles.NAME.rules[].types`. */
  function keysBelow(path: readonly (string | number)[], shown: string): string[] {
    return knownKeys(path).flatMap((key) => {
      const here = shown === '' ? key : `${shown}.${key}`;
      const below = [
        ...keysBelow([...path, key], here),
        ...keysBelow([...path, key, 0], `${here}[]`),
        ...keysBelow([...path, key, 'x'], `${here}.NAME`),
      ];
      return below.length > 0 ? [...new Set(below)] : [here];
    });
  }

  it('has every key', () => {
    const keys = keysBelow([], '');
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key) => !text.includes(`| \`${key}\``))).toEqual([]);
  });

  it('has no key that is not there', () => {
    const keys = new Set(keysBelow([], ''));
    const named = [...text.matchAll(/^\| `([\w.[\]]+)`/gm)].map(([, key = '']) => key);
    expect(named.filter((key) => !keys.has(key))).toEqual([]);
  });

  it('has examples that are right', () => {
    const examples = [...text.matchAll(/```json\n([^`]+)```/g)].map(([, json = '']) => JSON.parse(json));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(configSchema.safeParse(example).error).toBeUndefined();
  });
});
