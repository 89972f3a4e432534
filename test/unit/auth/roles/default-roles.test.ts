import { describe, expect, it } from 'vitest';
import type { InteractionName } from '../../../../src/api/interactions/interaction.ts';
import type { AccessRequest } from '../../../../src/auth/auth-port.ts';
import { createAuthorizer } from '../../../../src/auth/roles/create-authorizer.ts';
import { DEFAULT_ROLES } from '../../../../src/auth/roles/default-roles.ts';
import { ALLOWABLE, type Allowable } from '../../../../src/auth/roles/role.ts';
import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';

/** The table as the guide to FHIR Works on AWS has it; `Role` data are not asked, but compared with this. */
const FINANCIAL =
  'Coverage CoverageEligibilityRequest CoverageEligibilityResponse EnrollmentRequest EnrollmentResponse Claim ClaimResponse Invoice PaymentNotice PaymentReconciliation Account ChargeItem ChargeItemDefinition Contract ExplanationOfBenefit InsurancePlan'.split(
    ' ',
  );

const { resourceTypes: R4 } = loadDefinitions('4.0.1');
const { resourceTypes: STU3 } = loadDefinitions('3.0.1');

/** What the router can ask for of a type, and whether it only looks. */
const OF_A_TYPE: Readonly<Record<string, 'look' | 'change'>> = {
  read: 'look',
  vread: 'look',
  'history-instance': 'look',
  'history-type': 'look',
  'search-type': 'look',
  'search-compartment': 'look',
  create: 'change',
  update: 'change',
  'update-conditional': 'change',
  patch: 'change',
  'patch-conditional': 'change',
  delete: 'change',
  'delete-conditional': 'change',
  operation: 'change',
} satisfies Partial<Record<InteractionName | 'patch' | 'patch-conditional', 'look' | 'change'>>;

const OF_THE_SERVER: Readonly<Record<string, 'look' | 'change' | 'anyone'>> = {
  'search-system': 'look',
  'search-compartment': 'look',
  'history-system': 'look',
  operation: 'change',
  batch: 'look',
  capabilities: 'anyone',
};

const LOOKING: ReadonlySet<Allowable> = new Set([
  'read',
  'vread',
  'history-instance',
  'history-type',
  'history-system',
  'search-type',
  'search-system',
]);

interface Expected {
  readonly may: (kind: 'look' | 'change', type: string) => boolean;
  readonly ofServer: (kind: 'look' | 'change') => boolean;
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  practitioner: { may: () => true, ofServer: () => true },
  'non-practitioner': {
    may: (kind, type) => kind === 'look' && FINANCIAL.includes(type),
    ofServer: (kind) => kind === 'look',
  },
  auditor: { may: (kind, type) => kind === 'look' && type === 'Patient', ofServer: (kind) => kind === 'look' },
  'a role that is not known': { may: () => false, ofServer: () => false },
};

const ROLE_NAMES = Object.keys(EXPECTED);
/** Every set of roles, the empty one too. */
const SETS: readonly (readonly string[])[] = Array.from({ length: 2 ** ROLE_NAMES.length }, (_, set) =>
  ROLE_NAMES.filter((_, place) => (set >> place) % 2 === 1),
);

const authorize = createAuthorizer(DEFAULT_ROLES);

function accessOf(roles: readonly string[], request: AccessRequest) {
  try {
    return authorize({ id: 'u', roles }, request);
  } catch (error) {
    expect(error).toMatchObject({ status: 403, code: 'forbidden' });
    return undefined;
  }
}

describe.each(SETS.map((set) => [set.join(' + ') || 'no role', set] as const))('%s', (_, roles) => {
  const may = (kind: 'look' | 'change', type: string) => roles.some((role) => EXPECTED[role]?.may(kind, type));

  it.each(Object.entries(OF_A_TYPE))('%s, of every type of R4 and STU3', (name, kind) => {
    const allowed = [...R4, ...STU3].filter((type) => accessOf(roles, { name, type }) !== undefined);
    expect(allowed).toEqual([...R4, ...STU3].filter((type) => may(kind, type)));
  });

  it.each(Object.entries(OF_THE_SERVER))('%s, of the server', (name, kind) => {
    const expected = kind === 'anyone' || roles.some((role) => EXPECTED[role]?.ofServer(kind));
    expect(accessOf(roles, { name }) !== undefined).toBe(expected);
  });

  it('what shows on the way, of every type', () => {
    const access = accessOf(roles, { name: 'batch' });
    // Anyone may ask what the server can do; nothing depends on it.
    for (const interaction of ALLOWABLE.filter((one) => one !== 'capabilities')) {
      const kind = LOOKING.has(interaction) ? 'look' : 'change';
      const allowed = R4.filter((type) => access?.allows?.(interaction, type));
      expect([interaction, allowed]).toEqual([interaction, R4.filter((type) => access && may(kind, type))]);
      expect(access?.allows?.(interaction) ?? false).toBe(allowed.length > 0);
    }
  });

  it.each(['search-system', 'search-compartment', 'history-system', 'batch'])('what %s takes into account', (name) => {
    const access = accessOf(roles, { name });
    const shown = R4.filter((type) => access !== undefined && (access.readable?.(type) ?? true));
    expect(shown).toEqual(R4.filter((type) => may('look', type)));
  });
});

it('an interaction that is not known is nobody’s, on a type or on none', () => {
  for (const request of [{ name: 'export' }, { name: 'export', type: 'Patient' }, { name: 'constructor' }]) {
    expect(accessOf(['practitioner', 'auditor'], request)).toBeUndefined();
  }
});

it('what is about a type is not allowed without one', () => {
  for (const name of ['read', 'create', 'search-type', 'delete-conditional']) {
    expect(accessOf(['practitioner'], { name })).toBeUndefined();
  }
});
