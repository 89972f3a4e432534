import { describe, expect, it } from 'vitest';
import { issueOf, patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf, type TestEntry, urn } from './bundle-fixture.ts';

const api = openBundleApi();
const named = (id: string) => patient({ id, identifier: [{ value: id }] });

async function count(query: string): Promise<number> {
  return (await api.send(`GET /Patient?${query}&_summary=count`)).json().total;
}

describe('a resource is in a transaction once: 400 for', () => {
  it.each<[string, readonly TestEntry[]]>([
    ['a delete and an update', [entry('PUT Patient/ov', named('ov')), entry('DELETE Patient/ov')]],
    ['two deletes', [entry('DELETE Patient/ov'), entry('DELETE Patient/ov')]],
    ['two deletes of what is not there', [entry('DELETE Patient/ov0'), entry('DELETE Patient/ov0')]],
    ['a delete and a conditional update', [entry('PUT Patient?identifier=ov', patient()), entry('DELETE Patient/ov')]],
    ['a delete and a conditional delete', [entry('DELETE Patient/ov'), entry('DELETE Patient?identifier=ov')]],
    [
      'an update and a conditional update',
      [entry('PUT Patient/ov', named('ov')), entry('PUT Patient?identifier=ov', patient())],
    ],
    [
      'a delete and a create that finds it',
      [entry('DELETE Patient/ov'), entry('POST Patient', patient(), { ifNoneExist: 'identifier=ov' })],
    ],
    [
      'an update and a create that finds it',
      [entry('POST Patient', patient(), { ifNoneExist: 'identifier=ov' }), entry('PUT Patient/ov', named('ov'))],
    ],
    [
      'two creates on one condition',
      [
        entry('POST Patient', patient(), { ifNoneExist: 'identifier=ovn' }),
        entry('POST Patient', patient(), { ifNoneExist: 'identifier=ovn' }),
      ],
    ],
    [
      'a create and an update on one condition',
      [
        entry('POST Patient', patient(), { ifNoneExist: '?identifier=ovn' }),
        entry('PUT Patient?identifier=ovn', patient()),
      ],
    ],
  ])('%s', async (_, entries) => {
    await api.send('PUT /Patient/ov', named('ov'));
    const before = await count('_id:missing=false');
    const answer = await api.post('transaction', [...entries, entry('POST Patient', patient())]);
    expect([answer.status, issueOf(answer).code, issueOf(answer).expression]).toEqual([
      400,
      'duplicate',
      'Bundle.entry[1]',
    ]);
    expect(await count('_id:missing=false')).toBe(before);
  });

  it('but creates that find the same are fine, as none writes', async () => {
    await api.send('PUT /Patient/same', named('same'));
    const create = { ifNoneExist: 'identifier=same' };
    const all = await api.written(
      entry('POST Patient', patient(), create, urn(1)),
      entry('POST Patient', patient(), create, urn(2)),
      entry('POST Observation', {
        resourceType: 'Observation',
        performer: [{ reference: urn(1) }, { reference: urn(2) }],
      }),
    );
    expect(all[2].performer).toEqual([{ reference: 'Patient/same' }, { reference: 'Patient/same' }]);
  });

  it('and ids are per type', async () => {
    const answer = await api.post('transaction', [
      entry('PUT Patient/per-type', patient({ id: 'per-type' })),
      entry('PUT Group/per-type', { resourceType: 'Group', id: 'per-type' }),
    ]);
    expect(statusesOf(answer)).toEqual([201, 201]);
  });
});

describe('conditions of an entry', () => {
  it.each([
    [
      'ifNoneExist that several match',
      entry('POST Patient', patient(), { ifNoneExist: 'family=twin' }),
      412,
      'Bundle.entry[1]',
    ],
    [
      'ifNoneExist that is none',
      entry('POST Patient', patient(), { ifNoneExist: 'nonsense=1' }),
      400,
      'Bundle.entry[1]',
    ],
    ['an update that several match', entry('PUT Patient?family=twin', patient()), 412, 'Bundle.entry[1]'],
    [
      'ifNoneMatch of what is there',
      entry('PUT Patient/t1', patient({ id: 't1' }), { ifNoneMatch: '*' }),
      412,
      'Bundle.entry[1]',
    ],
    [
      'ifMatch of what is not there',
      entry('PUT Patient/t0', patient({ id: 't0' }), { ifMatch: 'W/"1"' }),
      412,
      'Bundle.entry[1]',
    ],
    [
      'a delete with a stale ifMatch',
      entry('DELETE Patient/t1', undefined, { ifMatch: 'W/"99"' }),
      412,
      'Bundle.entry[1]',
    ],
  ])('fail all of it: %s', async (_, failing, status, expression) => {
    for (const id of ['t1', 't2']) await api.send(`PUT /Patient/${id}`, patient({ id, name: [{ family: 'Twin' }] }));
    const answer = await api.post('transaction', [entry('PUT Patient/never', patient({ id: 'never' })), failing]);
    expect([answer.status, issueOf(answer).expression]).toEqual([status, expression]);
    // These would say something of the Bundle that is true of the entry's resource.
    expect(answer.headers).not.toHaveProperty('etag');
    expect((await api.send('GET /Patient/never')).status).toBe(404);
  });

  it('that hold are answered as single requests are', async () => {
    await api.send('PUT /Patient/h1', named('h1'));
    const answer = await api.post('transaction', [
      entry('PUT Patient/h1', named('h1'), { ifMatch: 'W/"1"' }),
      entry('PUT Patient/h2', named('h2'), { ifNoneMatch: '*' }),
      entry('DELETE Patient?identifier=h3'),
    ]);
    expect(statusesOf(answer)).toEqual([200, 201, 204]);
  });

  it('of a delete take all that match', async () => {
    for (const id of ['m1', 'm2', 'm3'])
      await api.send(`PUT /Patient/${id}`, patient({ id, identifier: [{ value: 'many' }] }));
    await api.done(entry('DELETE Patient?identifier=many'));
    expect(await count('identifier=many')).toBe(0);
  });

  it('that others keep breaking end in 409, with nothing written', async () => {
    let tries = 0;
    const raced = openBundleApi({
      limits: { commitAttempts: 3 },
      wrapStore: (store) => ({
        ...store,
        commit: async () => {
          tries++;
          return { kind: 'version', type: 'Patient', id: 'x', actual: 1 };
        },
      }),
    });
    const answer = await raced.post('transaction', [entry('PUT Patient/x', patient({ id: 'x' }))]);
    expect([answer.status, issueOf(answer).code, tries]).toEqual([409, 'conflict', 3]);
  });
});
