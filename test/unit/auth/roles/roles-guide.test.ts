import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../src/auth/roles/create-authorizer.ts';
import { DEFAULT_ROLES } from '../../../../src/auth/roles/default-roles.ts';
import { FhirError } from '../../../../src/fhir/operation-outcome.ts';

const guide = readFileSync(new URL('../../../../docs/roles.md', import.meta.url), 'utf8');

/** The cells of the first table, by role. */
const rows = new Map(
  [...guide.matchAll(/^\| `([\w-]+)` \| (.+) \| (.+) \|$/gm)].map(([, name = '', interactions = '', types = '']) => [
    name,
    { interactions, types },
  ]),
);

/** The names in a cell, or in the one that it points to. */
function interactionsOf(cell: string): string[] {
  const [, other] = /^as `([\w-]+)`$/.exec(cell) ?? [];
  if (other !== undefined) return interactionsOf(rows.get(other)?.interactions ?? '');
  return [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name).sort();
}

describe('docs/roles.md', () => {
  it.each(DEFAULT_ROLES.map((role) => [role.name, role] as const))('has %s as it is', (name, { rules }) => {
    const row = rows.get(name);
    expect(interactionsOf(row?.interactions ?? '')).toEqual(rules.flatMap((rule) => rule.interactions).sort());
    const types = rules.flatMap((rule) => (rule.types === '*' ? ['all'] : rule.types)).sort();
    expect(row?.types.split(', ')).toEqual(types);
  });

  it('has a refusal as it reads', () => {
    const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];
    const wards = createAuthorizer([{ name: 'ward-list', rules: [{ interactions: ['search-type'], types: '*' }] }]);
    let refusal: unknown;
    try {
      wards({ id: 'u', roles: ['ward-list'] }, { name: 'search-type', type: 'Patient' });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(FhirError);
    expect(JSON.parse(shown).issue[0].details.text).toBe((refusal as FhirError).message);
  });
});
