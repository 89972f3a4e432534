import { describe, expect, it } from 'vitest';
import { type Api, issueOf, patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf, urn } from './bundle-fixture.ts';

const doctor = (id: string, identifier: string) => ({
  resourceType: 'Practitioner',
  id,
  identifier: [{ value: identifier }],
});
const holder = entry('POST Observation', {
  resourceType: 'Observation',
  performer: [{ reference: 'Practitioner?identifier=dr' }],
});

describe('a reference by condition holds at the commit', () => {
  /** A server on which something happens once, after the conditions were looked at and before the commit. */
  function raced(meanwhile: (api: Api) => Promise<unknown>) {
    let left = 0;
    const api = openBundleApi({
      wrapStore: (store) => ({
        ...store,
        commit: async (changes, guards) => {
          if (left-- > 0) await meanwhile(api);
          return store.commit(changes, guards);
        },
      }),
    });
    const start = () => {
      left = 1;
    };
    return { api, start };
  }

  it('where a second one comes to match', async () => {
    const { api, start } = raced((other) => other.send('PUT /Practitioner/b', doctor('b', 'dr')));
    await api.send('PUT /Practitioner/a', doctor('a', 'dr'));
    start();
    const answer = await api.post('transaction', [holder]);
    expect([answer.status, issueOf(answer).code]).toEqual([412, 'multiple-matches']);
    expect((await api.send('GET /Observation?_summary=count')).json().total).toBe(0);
  });

  it('where what matched is deleted', async () => {
    const { api, start } = raced((other) => other.send('DELETE /Practitioner/a'));
    await api.send('PUT /Practitioner/a', doctor('a', 'dr'));
    start();
    const answer = await api.post('transaction', [holder]);
    expect([answer.status, issueOf(answer).code]).toEqual([412, 'not-found']);
  });

  it('where another one comes to match in its place', async () => {
    const { api, start } = raced(async (other) => {
      await other.send('PUT /Practitioner/a', doctor('a', 'another'));
      await other.send('PUT /Practitioner/b', doctor('b', 'dr'));
    });
    await api.send('PUT /Practitioner/a', doctor('a', 'dr'));
    start();
    const [written] = await api.written(holder);
    expect(written.performer).toEqual([{ reference: 'Practitioner/b' }]);
  });
});

describe('what ifNoneExist finds', () => {
  const known = (more: object) => patient({ identifier: [{ value: 'known' }], ...more });
  const condition = { ifNoneExist: 'identifier=known' };

  it.each([
    ['a urn:uuid of no entry', urn(99)],
    ['a condition that nothing matches', 'Practitioner?identifier=nobody'],
    ['a condition that is none', 'Nonsense?x=y'],
  ])('is not written, so that its reference to %s does not matter', async (_, reference) => {
    const api = openBundleApi();
    const referring = known({ generalPractitioner: [{ reference }] });
    const first = await api.post('transaction', [entry('POST Patient', referring, condition)]);
    expect([400, 412]).toContain(first.status);
    await api.send('PUT /Patient/1', known({ id: '1' }));
    const second = await api.post('transaction', [entry('POST Patient', referring, condition)]);
    expect(statusesOf(second)).toEqual([200]);
    expect((await api.send('GET /Patient/1')).json()).toMatchObject({ meta: { versionId: '1' } });
  });

  it('is what others refer to all the same', async () => {
    const api = openBundleApi();
    await api.send('PUT /Patient/1', known({ id: '1' }));
    const [, observation] = await api.written(
      entry('POST Patient', known({ generalPractitioner: [{ reference: urn(99) }] }), condition, urn(1)),
      entry('POST Observation', { resourceType: 'Observation', subject: { reference: urn(1) } }),
    );
    expect(observation.subject.reference).toBe('Patient/1');
  });
});
