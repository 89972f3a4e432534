import { ALLOWABLE, type Allowable, type Role } from './role.ts';

/** What several roles allow together. */
export interface Rights {
  /** Whether the interaction is allowed on a type. */
  readonly allows: (interaction: Allowable, type: string) => boolean;
  /** Whether it is allowed on any type at all. */
  readonly allowsAny: (interaction: Allowable) => boolean;
  /** Whether it is allowed on every type. */
  readonly allowsAll: (interaction: Allowable) => boolean;
  /** Whether anything is allowed on anything. */
  readonly some: boolean;
}

/** The union of the roles' rules, made for being asked often. */
export function rightsOf(roles: readonly Role[]): Rights {
  const types = new Map<Allowable, '*' | ReadonlySet<string>>();
  for (const rule of roles.flatMap(({ rules }) => rules)) {
    for (const interaction of rule.interactions.includes('*') ? ALLOWABLE : rule.interactions) {
      if (interaction !== '*') types.set(interaction, union(types.get(interaction), rule.types));
    }
  }
  return {
    allows(interaction, type) {
      const allowed = types.get(interaction);
      return allowed === '*' || allowed?.has(type) === true;
    },
    allowsAny: (interaction) => isSome(types.get(interaction)),
    allowsAll: (interaction) => types.get(interaction) === '*',
    some: [...types.values()].some(isSome),
  };
}

function union(
  known: '*' | ReadonlySet<string> | undefined,
  added: '*' | readonly string[],
): '*' | ReadonlySet<string> {
  return known === '*' || added === '*' ? '*' : new Set([...(known ?? []), ...added]);
}

function isSome(types: '*' | ReadonlySet<string> | undefined): boolean {
  return types === '*' || (types?.size ?? 0) > 0;
}
