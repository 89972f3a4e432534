import type { Quota } from '../admin/identity-admin.ts';
import type { openLocalAdmin } from '../admin/local-admin.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';

/** What the configuration says that the commands on users and client systems need. */
export interface AdminSettings {
  /** The roles there are. */
  readonly roles: readonly string[];
  /** Of a client system that is given none of its own. */
  readonly defaultQuota?: Quota | undefined;
}

/** The roles that a server has without a configuration of its own. */
const DEFAULT_ROLES: readonly string[] = ['practitioner', 'non-practitioner', 'auditor'];

export function adminSettings({ roles, replaceDefaultRoles, clients }: ResolvedConfig): AdminSettings {
  const own = roles.map(({ name }) => name);
  return {
    roles: [...new Set(replaceDefaultRoles ? own : [...DEFAULT_ROLES, ...own])],
    defaultQuota: clients.defaultQuota,
  };
}

/** What the configuration says of the local identity: a token made here is as one that the server makes. */
export function identityOptions(config: ResolvedConfig): NonNullable<Parameters<typeof openLocalAdmin>[1]> {
  const { tokenLifetime, refreshLifetime, lockout } = config.auth;
  return {
    roles: adminSettings(config).roles,
    rate: config.clients.defaultRate,
    accessLifetime: tokenLifetime,
    refreshLifetime,
    lockOut: { failures: lockout.attempts, lasts: lockout.duration },
  };
}
