import type { Allowable, Role } from './role.ts';

/** Coverage, claims and money: the types that non-practitioners see. */
const FINANCIAL: readonly string[] = [
  'Account',
  'ChargeItem',
  'ChargeItemDefinition',
  'Claim',
  'ClaimResponse',
  'Contract',
  'Coverage',
  'CoverageEligibilityRequest',
  'CoverageEligibilityResponse',
  'EnrollmentRequest',
  'EnrollmentResponse',
  'ExplanationOfBenefit',
  'InsurancePlan',
  'Invoice',
  'PaymentNotice',
  'PaymentReconciliation',
];

/** What FHIR Works on AWS had as `read`, `vread` and `search-type`. */
const LOOK: readonly Allowable[] = [
  'read',
  'vread',
  'history-instance',
  'history-type',
  'history-system',
  'search-type',
  'search-system',
];

/**
 * The roles of FHIR Works on AWS, so that its users find theirs. What it did not have goes with what it is most like: histories with `vread`,
 * `patch` with `update`, `search-system` with `search-type` (docs/roles.md). Interactions are spelled out: one that is added later is not
 * allowed before someone has thought about it.
 */
export const DEFAULT_ROLES: readonly Role[] = [
  {
    name: 'practitioner',
    description: 'Treats patients: reads and changes everything.',
    rules: [
      {
        interactions: [...LOOK, 'create', 'update', 'patch', 'delete', 'batch', 'transaction', 'operation'],
        types: '*',
      },
    ],
  },
  {
    name: 'non-practitioner',
    description: 'Works on coverage, claims and payments: reads those.',
    rules: [
      {
        interactions: LOOK,
        types: FINANCIAL,
      },
    ],
  },
  {
    name: 'auditor',
    description: 'Checks who is in the records: reads patients.',
    rules: [
      {
        interactions: LOOK,
        types: ['Patient'],
      },
    ],
  },
];
