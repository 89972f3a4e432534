import { describe, expect, it } from 'vitest';
import type { Store } from '../../../../src/storage/store.ts';
import { type Api, patient } from '../api-fixture.ts';
import { type BundleApi, entry, openBundleApi, statusesOf, urn } from './bundle-fixture.ts';

/** A server on which something else happens just before its first commits from now on. */
function raced(meanwhile: (api: Api, time: number) => Promise<void>, times = 1): { api: BundleApi; start(): void } {
  let left = 0;
  const wrapStore = (store: Store): Store => ({
    ...store,
    commit: async (changes, guards) => {
      if (left > 0) {
        const time = times - left + 1;
        // Put to rest while the other writes.
        const resting = left - 1;
        left = 0;
        await meanwhile(api, time);
        left = resting;
      }
      return store.commit(changes, guards);
    },
  });
  const api = openBundleApi({ wrapStore });
  const start = () => {
    left = times;
  };
  return { api, start };
}

const named = (value: string, more: object = {}) => patient({ identifier: [{ value }], ...more });

const ORGANIZATION = { resourceType: 'Organization' };

/** A resource with a link of every kind. */
const linked = (condition: string) => ({
  resourceType: 'DocumentReference',
  subject: { reference: urn(1) },
  authenticator: { reference: condition },
  text: { status: 'generated', div: `<div><a href="${urn(1)}">x</a></div>` },
  content: [{ attachment: { url: urn(1) } }],
  extension: [{ url: 'http://x', valueUri: urn(2) }],
});

describe('a transaction that another write came between', () => {
  it('leads all links to what it finds the second time', async () => {
    const { api, start } = raced(async (other) => {
      await other.send('PUT /Patient/quicker', named('r', { id: 'quicker' }));
    });
    await api.send('PUT /Practitioner/dr', { resourceType: 'Practitioner', id: 'dr', identifier: [{ value: 'dr' }] });
    start();
    const [found, created, holder] = await api.written(
      entry('POST Patient', named('r'), { ifNoneExist: 'identifier=r' }, urn(1)),
      entry('POST Organization', ORGANIZATION, {}, urn(2)),
      entry('POST DocumentReference', linked('Practitioner?identifier=dr')),
    );
    expect(found.id).toBe('quicker');
    expect(holder).toMatchObject({
      subject: { reference: 'Patient/quicker' },
      authenticator: { reference: 'Practitioner/dr' },
      text: { div: '<div><a href="Patient/quicker">x</a></div>' },
      content: [{ attachment: { url: 'Patient/quicker' } }],
      extension: [{ valueUri: `Organization/${created.id}` }],
    });
    expect((await api.send('GET /Organization?_summary=count')).json().total).toBe(1);
  });

  it('writes the next version, whichever that is', async () => {
    const { api, start } = raced(async (other, time) => {
      await other.send('PUT /Patient/v', patient({ id: 'v', active: time % 2 === 0 }));
    }, 3);
    await api.send('PUT /Patient/v', patient({ id: 'v' }));
    start();
    const [written] = await api.done(entry('PUT Patient/v', patient({ id: 'v' })));
    expect(written.response).toMatchObject({ status: '200 OK', etag: 'W/"5"' });
  });

  it('fails by ifMatch, with nothing written', async () => {
    const { api, start } = raced(async (other) => {
      await other.send('PUT /Patient/m', patient({ id: 'm' }));
    });
    await api.send('PUT /Patient/m', patient({ id: 'm' }));
    start();
    const answer = await api.post('transaction', [
      entry('PUT Patient/beside', patient({ id: 'beside' })),
      entry('PUT Patient/m', patient({ id: 'm' }), { ifMatch: 'W/"1"' }),
    ]);
    expect(answer.status).toBe(412);
    expect((await api.send('GET /Patient/beside')).status).toBe(404);
  });

  it('deletes all that match then', async () => {
    const { api, start } = raced(async (other) => {
      await other.send('PUT /Patient/d2', named('d', { id: 'd2' }));
    });
    await api.send('PUT /Patient/d1', named('d', { id: 'd1' }));
    start();
    await api.done(entry('DELETE Patient?identifier=d'));
    expect((await api.send('GET /Patient?identifier=d&_summary=count')).json().total).toBe(0);
  });

  it('creates what its reference by condition is to, if that is gone', async () => {
    const { api, start } = raced(async (other) => {
      await other.send('DELETE /Patient/gone');
    });
    await api.send('PUT /Patient/gone', named('g', { id: 'gone' }));
    start();
    const [created, holder] = await api.written(
      entry('POST Patient', named('g'), { ifNoneExist: 'identifier=g' }),
      entry('POST DocumentReference', {
        resourceType: 'DocumentReference',
        subject: { reference: 'Patient?identifier=g' },
      }),
    );
    expect(created.id).not.toBe('gone');
    expect(holder.subject.reference).toBe(`Patient/${created.id}`);
  });
});

describe('transactions at once', () => {
  it('make one resource of a condition, to which the references of all lead', async () => {
    const api = openBundleApi();
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.written(
          entry('POST Observation', { resourceType: 'Observation', subject: { reference: urn(1) } }),
          entry('POST Patient', named('once'), { ifNoneExist: 'identifier=once' }, urn(1)),
        ),
      ),
    );
    const [id] = all.map(([, one]) => one.id);
    expect(all.map(([holder]) => holder.subject.reference)).toEqual(all.map(() => `Patient/${id}`));
    expect((await api.send('GET /Patient?_summary=count')).json().total).toBe(1);
  });

  it('give a resource versions without a gap, each with all of its transaction', async () => {
    const api = openBundleApi();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        api.post('transaction', [
          entry('PUT Patient/a', patient({ id: 'a', multipleBirthInteger: i })),
          entry('PUT Patient/b', patient({ id: 'b', multipleBirthInteger: i })),
        ]),
      ),
    );
    expect(answers.map(statusesOf).every(([a, b]) => a === b)).toBe(true);
    const versions = answers.map((answer) => Number(/\d+/.exec(answer.json().entry[0].response.etag)?.[0]));
    expect(versions.sort((a, b) => a - b)).toEqual(versions.map((_, i) => i + 1));
    for (const version of versions) {
      const [a, b] = await Promise.all(['a', 'b'].map((id) => api.send(`GET /Patient/${id}/_history/${version}`)));
      expect(a?.json().multipleBirthInteger).toBe(b?.json().multipleBirthInteger);
    }
  });
});

it('versions do not go back in time when the clock does', async () => {
  let clock = Date.parse('2024-02-01T00:00:00Z');
  const api = openBundleApi({ now: () => clock });
  const first = await api.written(entry('PUT Patient/t', patient({ id: 't' })));
  clock -= 60_000;
  const second = await api.written(entry('PUT Patient/t', patient({ id: 't' })));
  expect(second[0].meta).toEqual({ versionId: '2', lastUpdated: first[0].meta.lastUpdated });
});
