import { DEFAULT_ROLES } from './default-roles.ts';
import type { Role } from './role.ts';

/** The roles there are: the default ones and a configuration's own, which take the place of default ones of their names. */
export function configuredRoles(own: readonly Role[], replaceDefaults: boolean): readonly Role[] {
  if (replaceDefaults) return own;
  const names = new Set(own.map(({ name }) => name));
  return [...DEFAULT_ROLES.filter(({ name }) => !names.has(name)), ...own];
}
