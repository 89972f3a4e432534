import type { Quota } from '../admin/identity-admin.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { configuredRoles } from '../local/configured-access.ts';

/** What the configuration says that the commands on users and client systems need. */
export interface AdminSettings {
  /** The roles there are. */
  readonly roles: readonly string[];
  /** Of a client system that is given none of its own. */
  readonly defaultQuota?: Quota | undefined;
}

export function adminSettings(config: ResolvedConfig): AdminSettings {
  return { roles: configuredRoles(config).map(({ name }) => name), defaultQuota: config.clients.defaultQuota };
}
