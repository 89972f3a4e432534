interface Stored {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

const code = (value: string) => ({ coding: [{ system: 'http://x', code: value }] });

/** What finance may see: each refers to what it may not. */
export const SHOWN: readonly Stored[] = [
  {
    resourceType: 'Claim',
    id: 'c1',
    status: 'active',
    identifier: [{ value: 'claim-1' }],
    patient: { reference: 'Patient/p1' },
    provider: { reference: 'Practitioner/d1' },
    insurer: { reference: 'Organization/o1' },
    priority: code('urgent'),
    created: '2024-01-01',
  },
  {
    resourceType: 'Claim',
    id: 'c2',
    status: 'draft',
    patient: { reference: 'Patient/p2' },
    provider: { reference: 'Practitioner/d2' },
    priority: code('normal'),
    created: '2024-02-01',
  },
  {
    resourceType: 'Coverage',
    id: 'v1',
    status: 'active',
    beneficiary: { reference: 'Patient/p1' },
    payor: [{ reference: 'Organization/o1' }],
  },
  {
    resourceType: 'Account',
    id: 'a1',
    status: 'active',
    subject: [{ reference: 'Patient/p1' }],
    owner: { reference: 'Organization/o1' },
  },
  {
    resourceType: 'ExplanationOfBenefit',
    id: 'e1',
    status: 'active',
    patient: { reference: 'Patient/p1' },
    claim: { reference: 'Claim/c1' },
  },
  { resourceType: 'Invoice', id: 'i1', status: 'issued', subject: { reference: 'Patient/p1' } },
];

/** What finance may not see. */
export const HIDDEN: readonly Stored[] = [
  {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ value: 'secret' }],
    name: [{ family: 'Hidden' }],
    birthDate: '1970-01-01',
    generalPractitioner: [{ reference: 'Practitioner/d1' }],
    managingOrganization: { reference: 'Organization/o1' },
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Hidden</div>' },
  },
  { resourceType: 'Practitioner', id: 'd1', identifier: [{ value: 'secret' }], name: [{ family: 'Quiet' }] },
  { resourceType: 'Organization', id: 'o1', identifier: [{ value: 'secret' }], name: 'Clinic of Silence' },
  {
    resourceType: 'Observation',
    id: 'ob1',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p1' },
    performer: [{ reference: 'Practitioner/d1' }],
  },
  {
    resourceType: 'Task',
    id: 't1',
    status: 'requested',
    intent: 'order',
    focus: { reference: 'Claim/c1' },
    for: { reference: 'Patient/p1' },
  },
  {
    resourceType: 'Provenance',
    id: 'pr1',
    target: [{ reference: 'Claim/c1' }],
    recorded: '2024-01-01T00:00:00Z',
    agent: [{ who: { reference: 'Practitioner/d1' } }],
  },
  { resourceType: 'List', id: 'l1', status: 'current', mode: 'working', entry: [{ item: { reference: 'Claim/c1' } }] },
  {
    resourceType: 'ValueSet',
    id: 'vs1',
    url: 'http://x/urgencies',
    status: 'active',
    compose: { include: [{ system: 'http://x', concept: [{ code: 'urgent' }] }] },
  },
];

/** The same ones with other content: nothing that one asks for is in them. */
export const HIDDEN_OTHERWISE: readonly Stored[] = [
  { resourceType: 'Patient', id: 'p1', name: [{ family: 'Other' }] },
  { resourceType: 'Practitioner', id: 'd1' },
  { resourceType: 'Organization', id: 'o1' },
  { resourceType: 'Observation', id: 'ob1', status: 'final', code: { text: 'y' } },
  { resourceType: 'Task', id: 't1', status: 'draft', intent: 'order', focus: { reference: 'Claim/c2' } },
  { resourceType: 'List', id: 'l1', status: 'current', mode: 'working', entry: [{ item: { reference: 'Claim/c2' } }] },
  {
    resourceType: 'ValueSet',
    id: 'vs1',
    url: 'http://x/urgencies',
    status: 'active',
    compose: { include: [{ system: 'http://x', concept: [{ code: 'normal' }] }] },
  },
];
