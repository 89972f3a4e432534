import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../src/auth/roles/create-authorizer.ts';
import type { Allowable, Role } from '../../../../src/auth/roles/role.ts';
import { issueOf, patient } from '../api-fixture.ts';
import { type BundleApi, entry, openBundleApi, statusesOf, type TestEntry } from '../bundle/bundle-fixture.ts';

const role = (name: string, ...rules: readonly (readonly [interactions: string, types: string])[]): Role => ({
  name,
  rules: rules.map(([interactions, types]) => ({
    interactions: interactions.split(' ') as ('*' | Allowable)[],
    types: types === '*' ? '*' : types.split(' '),
  })),
});

const ROLES: readonly Role[] = [
  role('everything', ['*', '*']),
  role('updater', ['update delete transaction', 'Patient']),
  role('finding-updater', ['update read search-type transaction', 'Patient']),
  role('maker', ['create update transaction', 'Patient']),
  role('clerk', ['create read search-type transaction', 'Patient'], ['read', 'Observation']),
  role('two types, one transaction', ['create', 'Patient Group'], ['transaction', 'Patient']),
  role('no transaction', ['create read update delete search-type', '*']),
];

interface Served extends BundleApi {
  /** A request in a role. */
  as(
    name: string,
    line: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): ReturnType<BundleApi['send']>;
  /** A Bundle in a role. */
  carryOut(name: string, type: 'batch' | 'transaction', entries: readonly TestEntry[]): ReturnType<BundleApi['send']>;
  /** How many versions there are. */
  versions(): Promise<number>;
}

function serve(): Served {
  const api = openBundleApi({
    auth: {
      authenticate: ({ headers }) => ({ id: 'u', roles: [headers['x-role'] ?? 'everything'] }),
      authorize: createAuthorizer(ROLES),
    },
  });
  const as: Served['as'] = (name, line, body, headers) => api.send(line, body, { ...headers, 'x-role': name });
  return {
    ...api,
    as,
    carryOut: (name, type, entries) => api.post(type, entries, { 'x-role': name }),
    versions: async () => (await api.send('GET /_history?_count=1000')).json().total,
  };
}

describe('an update that makes a resource needs "create"', () => {
  const put = (id: string): readonly [string, object] => [`PUT /Patient/${id}`, patient({ id })];

  it.each([
    ['what is there', 'updater', put('there'), {}, 200],
    ['what is not', 'updater', put('new'), {}, 403],
    ['what must not be there', 'updater', put('new'), { 'if-none-match': '*' }, 403],
    ['what is there no longer', 'updater', put('gone'), {}, 403],
    ['a deletion by its version', 'updater', put('gone'), { 'if-match': 'W/"2"' }, 403],
    ['what a condition does not find', 'finding-updater', ['PUT /Patient?identifier=none', patient()], {}, 403],
    ['that with an id', 'finding-updater', ['PUT /Patient?identifier=none', patient({ id: 'new' })], {}, 403],
    ['what a condition finds', 'finding-updater', ['PUT /Patient?identifier=one', patient()], {}, 200],
    ['what is not there, with the right', 'maker', put('new'), {}, 201],
    ['what is there no longer, with the right', 'maker', put('gone'), {}, 201],
  ] as const)('of %s, as %s', async (_, name, [line, body], headers, status) => {
    const api = serve();
    await api.send('PUT /Patient/there', patient({ id: 'there', identifier: [{ value: 'one' }] }));
    await api.send('PUT /Patient/gone', patient({ id: 'gone' }));
    await api.send('DELETE /Patient/gone');
    const before = await api.versions();
    const answer = await api.as(name, line, body, headers);
    expect(answer.status).toBe(status);
    expect(await api.versions()).toBe(status === 403 ? before : before + 1);
    if (status === 403)
      expect(issueOf(answer).text).toBe(`You may not do "create" on Patient: you have the role ${name}.`);
  });

  it('in a batch, that entry alone fails', async () => {
    const api = serve();
    await api.send('PUT /Patient/there', patient({ id: 'there' }));
    const answer = await api.carryOut('updater', 'batch', [
      entry('PUT Patient/new', patient({ id: 'new' })),
      entry('PUT Patient/there', patient({ id: 'there', active: true })),
    ]);
    expect(statusesOf(answer)).toEqual([403, 200]);
  });

  it('in a transaction, all fails', async () => {
    const api = serve();
    await api.send('PUT /Patient/there', patient({ id: 'there' }));
    const answer = await api.carryOut('updater', 'transaction', [
      entry('PUT Patient/there', patient({ id: 'there', active: true })),
      entry('PUT Patient/new', patient({ id: 'new' })),
    ]);
    expect([answer.status, issueOf(answer).expression]).toEqual([403, 'Bundle.entry[1]']);
    expect(await api.versions()).toBe(1);
  });
});

describe('a transaction with an entry that is not allowed writes nothing', () => {
  const allowed = entry('POST Patient', patient());
  const group = { resourceType: 'Group', type: 'person', actual: true };

  it.each<[string, string, TestEntry]>([
    ['a create', 'clerk', entry('POST Observation', { resourceType: 'Observation' })],
    ['an update', 'clerk', entry('PUT Patient/1', patient({ id: '1' }))],
    ['a delete', 'clerk', entry('DELETE Patient/1')],
    ['a delete of what is not there', 'clerk', entry('DELETE Patient/nowhere')],
    ['a conditional delete', 'clerk', entry('DELETE Patient?identifier=none')],
    ['a read', 'clerk', entry('GET Group/1')],
    ['a read whose type may not be in transactions', 'clerk', entry('GET Observation/1')],
    ['a search', 'clerk', entry('GET Group?_id=1')],
    ['a search that is chained', 'clerk', entry('GET Patient?general-practitioner:Practitioner.family=x')],
    ['a history', 'clerk', entry('GET Patient/1/_history')],
    ['a history of the server', 'clerk', entry('GET _history')],
    ['a search of the server', 'clerk', entry('GET ?_id=1')],
    ['a condition', 'maker', entry('POST Patient', patient(), { ifNoneExist: 'identifier=none' })],
    [
      'a condition over what is hidden',
      'clerk',
      entry('POST Patient', patient(), { ifNoneExist: 'organization.name=x' }),
    ],
    [
      'a reference by a condition over what is hidden',
      'clerk',
      entry('POST Patient', patient({ managingOrganization: { reference: 'Organization?identifier=none' } })),
    ],
    ['a type that may not be in transactions', 'two types, one transaction', entry('POST Group', group)],
  ])('%s, as %s', async (_, name, refused) => {
    const api = serve();
    await api.send('PUT /Patient/1', patient({ id: '1' }));
    for (const [place, entries] of [
      [allowed, refused],
      [refused, allowed],
    ].entries()) {
      const answer = await api.carryOut(name, 'transaction', entries);
      expect(answer.status).toBe(403);
      expect(issueOf(answer).expression).toMatch(`Bundle.entry[${1 - place}]`);
      expect(await api.versions()).toBe(1);
    }
    expect(statusesOf(await api.carryOut(name, 'batch', [allowed]))).toEqual([201]);
  });

  it.each([
    ['of nothing', []],
    ['of what is allowed by itself', [allowed]],
    ['of what is about no type', [entry('GET metadata')]],
  ])('and none is carried out without the right, %s', async (_, entries) => {
    const api = serve();
    const answer = await api.carryOut('no transaction', 'transaction', entries);
    expect([answer.status, await api.versions()]).toEqual([403, 0]);
    expect((await api.carryOut('no transaction', 'batch', entries)).status).toBe(200);
  });
});

describe('what was refused is not told', () => {
  const SECRET = 'Zebulon';
  const secret = patient({ name: [{ family: SECRET }], identifier: [{ value: SECRET }] });

  it.each<[string, object | undefined, Readonly<Record<string, string>>]>([
    [`GET /Group/${SECRET}`, undefined, {}],
    [`GET /Group?identifier=${SECRET}`, undefined, {}],
    [`GET /Patient?organization.name=${SECRET}`, undefined, {}],
    [`GET /Patient?_list=${SECRET}`, undefined, {}],
    ['POST /Patient', secret, { 'if-none-exist': `organization.name=${SECRET}` }],
    [`PUT /Patient/${SECRET}`, { ...secret, id: SECRET }, {}],
    [`PUT /Patient?identifier=${SECRET}`, secret, {}],
    [`DELETE /Patient?identifier=${SECRET}`, undefined, {}],
  ])('%s', async (line, body, headers) => {
    const { status, text, headers: answered } = await serve().as('clerk', line, body, headers);
    expect(status).toBe(403);
    expect(text + JSON.stringify(answered)).not.toContain(SECRET);
  });
});

describe('Prefer: return=representation', () => {
  const representation = { prefer: 'return=representation' };

  it('shows those who may write and not read what they wrote, and no more', async () => {
    const api = serve();
    await api.send('PUT /Patient/1', patient({ id: '1', name: [{ family: 'Before' }] }));
    const answer = await api.as('updater', 'PUT /Patient/1', patient({ id: '1', active: true }), representation);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('Before');
  });

  it('shows them nothing that a condition found', async () => {
    const api = serve();
    await api.send(
      'PUT /Patient/1',
      patient({ id: '1', identifier: [{ value: 'one' }], name: [{ family: 'Before' }] }),
    );
    const headers = { ...representation, 'if-none-exist': 'identifier=one' };
    const answer = await api.as('maker', 'POST /Patient', patient(), headers);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('Before');
  });
});
