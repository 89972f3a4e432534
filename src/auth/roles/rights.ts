import { ALLOWABLE, type Allowable, type Role } from './role.ts';

/** What several roles allow together. */
export interface Rights {
  /** Whether the interaction is allowed on a type. */
  allows(interaction: Allowable, type: string): boolean;
  /** Whether it is allowed on any type at all. */
  allowsAny(interaction: Allowable): boolean;
  /** Whether it is allowed on every type. */
  allowsAll(interaction: Allowable): boolean;
}

/** The union of the roles' rules, made for being asked often. */
export function rightsOf(roles: readonly Role[]): Rights {
  const types = new Map<Allowable, '*' | Set<string>>();
  for (const { rules } of roles) {
    for (const rule of rules) {
      const interactions = rule.interactions.flatMap((one) => (one === '*' ? ALLOWABLE : [one]));
      for (const interaction of interactions) {
        const known = types.get(interaction);
        if (known === '*') continue;
        types.set(interaction, rule.types === '*' ? '*' : new Set([...(known ?? []), ...rule.types]));
      }
    }
  }
  return {
    allows(interaction, type) {
      const allowed = types.get(interaction);
      return allowed === '*' || (allowed?.has(type) ?? false);
    },
    allowsAny(interaction) {
      const allowed = types.get(interaction);
      return allowed === '*' || (allowed?.size ?? 0) > 0;
    },
    allowsAll: (interaction) => types.get(interaction) === '*',
  };
}
