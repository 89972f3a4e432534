import type { Role } from './role.ts';

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

/**
 * The roles of FHIR Works on AWS, so that its users find theirs. What it did not have goes with what it is most like: histories with `vread`,
 * `patch` with `update`, `search-system` with `search-type` (docs/roles.md).
 */
export const DEFAULT_ROLES: readonly Role[] = [
  {
    name: 'practitioner',
    description: 'Treats patients: reads and changes everything.',
    rules: [{ interactions: ['*'], types: '*' }],
  },
  {
    name: 'non-practitioner',
    description: 'Works on coverage, claims and payments: reads those.',
    rules: [
      {
        interactions: [
          'read',
          'vread',
          'history-instance',
          'history-type',
          'history-system',
          'search-type',
          'search-system',
        ],
        types: FINANCIAL,
      },
    ],
  },
  {
    name: 'auditor',
    description: 'Checks who is in the records: reads patients.',
    rules: [
      {
        interactions: [
          'read',
          'vread',
          'history-instance',
          'history-type',
          'history-system',
          'search-type',
          'search-system',
        ],
        types: ['Patient'],
      },
    ],
  },
];
