import { describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../../../src/auth/auth-port.ts';
import { createAuthorizer } from '../../../../src/auth/roles/create-authorizer.ts';
import type { Allowable, Role, RoleRule } from '../../../../src/auth/roles/role.ts';
import { FhirError } from '../../../../src/fhir/operation-outcome.ts';

const rule = (interactions: string, types: string): RoleRule => ({
  interactions: interactions.split(' ') as Allowable[],
  types: types === '*' ? '*' : types.split(' '),
});
const role = (name: string, ...rules: RoleRule[]): Role => ({ name, rules });

const ROLES: readonly Role[] = [
  role('reader', rule('read', 'Patient Observation')),
  role('finder', rule('search-type', 'Patient Claim')),
  role('clerk', rule('create update', 'Patient'), rule('read search-type', 'Coverage')),
  role('archivist', rule('history-system', 'Patient Claim'), rule('history-instance', 'Claim Group')),
  role('explorer', rule('read search-type', 'Patient Claim Group'), rule('search-system', 'Patient Task')),
  role('everything', rule('*', '*')),
  role('nothing'),
  role('a,b', rule('read', 'Group')),
];

const authorize = createAuthorizer(ROLES);
const access = (roles: readonly string[], request: AccessRequest) => authorize({ id: 'u', roles }, request);

function refusalOf(roles: readonly string[], request: AccessRequest): string | undefined {
  try {
    access(roles, request);
    return undefined;
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    expect([error.status, error.code]).toEqual([403, 'forbidden']);
    return error.message;
  }
}

describe('a refusal', () => {
  it.each<[string, readonly string[], AccessRequest, string]>([
    [
      'names interaction, type and role',
      ['reader'],
      { name: 'delete', type: 'Patient', id: 'secret' },
      'You may not do "delete" on Patient: you have the role reader.',
    ],
    [
      'names several roles',
      ['reader', 'finder', 'clerk'],
      { name: 'delete', type: 'Patient' },
      'You may not do "delete" on Patient: you have the roles reader, finder and clerk.',
    ],
    [
      'says that there is none',
      [],
      { name: 'read', type: 'Group' },
      'You may not do "read" on Group: you have no role.',
    ],
    [
      'tells a role that is not known here',
      ['reeder'],
      { name: 'read', type: 'Patient' },
      'You may not do "read" on Patient: you have the role "reeder" (not known here).',
    ],
    [
      'names no type where there is none',
      ['reader'],
      { name: 'history-system' },
      'You may not do "history-system": you have the role reader.',
    ],
    [
      'says what else is needed',
      ['finder'],
      { name: 'search-type', type: 'Patient' },
      'You may not do "search-type" on Patient, which needs "read": you have the role finder.',
    ],
  ])('%s', (_, roles, request, text) => {
    expect(refusalOf(roles, request)).toBe(text);
  });

  it('is short, however many roles there are', () => {
    const roles = Array.from({ length: 500 }, (_, i) => `group-${i}-${'x'.repeat(500)}`);
    expect(refusalOf(roles, { name: 'batch' })?.length).toBeLessThan(1200);
    expect(refusalOf(roles, { name: 'batch' })).toMatch(/ and 490 more\.$/);
  });

  it('of what shows on the way reads the same', () => {
    expect(access(['clerk'], { name: 'batch' }).refuse?.('transaction', 'Patient').message).toBe(
      'You may not do "transaction" on Patient: you have the role clerk.',
    );
  });
});

describe('what an interaction needs', () => {
  it.each<[readonly string[], string, AccessRequest, boolean]>([
    [['reader'], 'a search needs search-type', { name: 'search-type', type: 'Patient' }, false],
    [['finder'], 'a search needs read', { name: 'search-type', type: 'Patient' }, false],
    [['reader', 'finder'], 'of different roles', { name: 'search-type', type: 'Patient' }, true],
    [['reader', 'finder'], 'of one type', { name: 'search-type', type: 'Claim' }, false],
    [['finder'], 'a compartment too', { name: 'search-compartment', type: 'Claim' }, false],
    [['clerk'], 'update', { name: 'update', type: 'Patient' }, true],
    [['clerk'], 'a conditional update needs to search', { name: 'update-conditional', type: 'Patient' }, false],
    [['clerk', 'finder'], 'and to read', { name: 'update-conditional', type: 'Patient' }, false],
    [['clerk', 'finder', 'reader'], 'all three', { name: 'update-conditional', type: 'Patient' }, true],
    [
      ['clerk', 'finder', 'reader'],
      'a conditional delete needs delete',
      { name: 'delete-conditional', type: 'Patient' },
      false,
    ],
    [['reader'], 'read gives no vread', { name: 'vread', type: 'Patient' }, false],
    [['archivist'], 'history-instance gives no history-type', { name: 'history-type', type: 'Group' }, false],
    [['nothing'], 'a batch needs some right', { name: 'batch' }, false],
    [['clerk'], 'whichever', { name: 'batch' }, true],
    [['explorer'], 'an operation needs its right', { name: 'operation', type: 'Patient' }, false],
    [['everything'], 'on the type', { name: 'operation', type: 'Patient' }, true],
    [['everything'], 'on all for one of the server', { name: 'operation' }, true],
    [['nothing'], 'anyone may ask what the server can do', { name: 'capabilities' }, true],
  ])('%j: %s', (roles, _, request, allowed) => {
    expect(refusalOf(roles, request) === undefined).toBe(allowed);
  });
});

describe('what a request may show', () => {
  const TYPES = ['Patient', 'Observation', 'Claim', 'Coverage', 'Group', 'Task'];

  it.each<[readonly string[], string, readonly string[]]>([
    [['reader', 'finder'], 'batch', ['Patient']],
    [['clerk'], 'batch', ['Coverage']],
    [['explorer'], 'batch', ['Patient', 'Claim', 'Group']],
    [['explorer'], 'search-system', ['Patient']],
    [['archivist'], 'history-system', ['Patient', 'Claim']],
    [['explorer', 'archivist'], 'history-system', ['Patient', 'Claim']],
    [['everything'], 'history-system', TYPES],
    [['everything', 'reader'], 'search-system', TYPES],
  ])('%j: %s', (roles, name, types) => {
    const { readable } = access(roles, { name });
    expect(TYPES.filter((type) => readable?.(type) ?? true)).toEqual(types);
  });

  it('is unlimited, and costs no question, where all may be seen', () => {
    expect(access(['everything'], { name: 'search-system' }).readable).toBeUndefined();
  });
});

describe('role names', () => {
  it('that are put together of others are none of them', () => {
    const read = (type: string): AccessRequest => ({ name: 'read', type });
    // Asked in both orders: whatever is remembered of one must not hold for the other.
    expect(refusalOf(['reader', 'everything'], read('Task'))).toBeUndefined();
    for (const joined of ['reader,everything', 'reader\neverything', '0,5', '5']) {
      expect(refusalOf([joined], read('Task'))).toBeDefined();
    }
    expect(refusalOf(['a,b'], read('Group'))).toBeUndefined();
    expect(refusalOf(['a', 'b'], read('Group'))).toBeDefined();
  });

  it.each(['__proto__', 'constructor', 'toString', '', 'Everything', ' everything', 'everything '])(
    'such as %j give nothing',
    (name) => {
      expect(refusalOf([name], { name: 'read', type: 'Patient' })).toBeDefined();
    },
  );

  it('may come several times, and in any order', () => {
    for (const roles of [
      ['finder', 'reader'],
      ['reader', 'finder', 'reader'],
      ['x', 'reader', 'y', 'finder'],
    ]) {
      expect(refusalOf(roles, { name: 'search-type', type: 'Patient' })).toBeUndefined();
    }
  });
});

it('the owner may do everything, whatever roles there are', () => {
  const owner = { id: 'owner', roles: [] };
  const owned = createAuthorizer([], (caller) => caller === owner);
  expect(owned(owner, { name: 'delete', type: 'Patient' })).toEqual({});
  expect(() => owned({ ...owner }, { name: 'delete', type: 'Patient' })).toThrow(/no role/);
});

it('thousands of sets of roles are each decided by themselves', () => {
  const many = Array.from({ length: 40 }, (_, i) => role(`r${i}`, rule('read', `Type${i}`)));
  const decide = createAuthorizer(many);
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 40; j++) {
      const caller = { id: 'u', roles: [`r${i}`, `r${j}`] };
      expect(() => decide(caller, { name: 'read', type: `Type${j}` })).not.toThrow();
      expect(() => decide(caller, { name: 'read', type: 'Type40' })).toThrow();
    }
  }
});
