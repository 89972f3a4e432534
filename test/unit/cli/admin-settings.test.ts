import { describe, expect, it } from 'vitest';
import { adminSettings } from '../../../src/cli/admin-settings.ts';
import type { FwoaConfig } from '../../../src/config/fwoa-config.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { identityOptions } from '../../../src/local/configured-access.ts';

const NURSE = { rules: [{ interactions: ['read'], types: '*' }] } as const;

describe('what the configuration says to the commands', () => {
  it.each<{ config: FwoaConfig; roles: readonly string[] }>([
    { config: {}, roles: ['practitioner', 'non-practitioner', 'auditor'] },
    { config: { roles: { nurse: NURSE } }, roles: ['practitioner', 'non-practitioner', 'auditor', 'nurse'] },
    { config: { roles: { auditor: NURSE } }, roles: ['practitioner', 'non-practitioner', 'auditor'] },
    { config: { roles: { nurse: NURSE }, replaceDefaultRoles: true }, roles: ['nurse'] },
  ])('$config has the roles $roles', ({ config, roles }) => {
    expect(adminSettings(resolveConfig(config)).roles).toEqual(roles);
  });

  it('has quota, rate, lifetimes (ms) and lock-out', () => {
    const config = resolveConfig({
      auth: { tokenLifetime: '5m', refreshLifetime: '2h', lockout: { attempts: 3, duration: '90s' } },
      clients: { defaultRate: { perSecond: 1, burst: 2 }, defaultQuota: { requests: 3, per: 'month' } },
    });
    expect(adminSettings(config).defaultQuota).toEqual({ requests: 3, per: 'month' });
    expect(identityOptions(config)).toMatchObject({
      rate: { perSecond: 1, burst: 2 },
      accessLifetime: 300_000,
      refreshLifetime: 7_200_000,
      lockOut: { failures: 3, lasts: 90_000 },
    });
  });
});
