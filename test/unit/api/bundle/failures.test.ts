import { describe, expect, it } from 'vitest';
import type { Store } from '../../../../src/storage/store.ts';
import { patient } from '../api-fixture.ts';
import { type BundleApi, entry, openBundleApi, statusesOf } from './bundle-fixture.ts';

/** A server on a store of which a part fails while it is told to. */
function failing(part: (store: Store, isFailing: () => boolean) => Partial<Store>): {
  readonly api: BundleApi;
  fail(): void;
} {
  let failing = false;
  const api = openBundleApi({ wrapStore: (store) => ({ ...store, ...part(store, () => failing) }) });
  const fail = () => {
    failing = true;
  };
  return { api, fail };
}

const fire = () => Promise.reject(new Error('The disk is on fire.'));

describe('a commit that fails', () => {
  const { api, fail } = failing((store) => ({
    commit: (changes, guards) => (changes.some(({ id }) => id === 'bad') ? fire() : store.commit(changes, guards)),
  }));
  fail();
  const bad = entry('PUT Patient/bad', patient({ id: 'bad' }));

  it('makes a transaction a 500, which is reported and tells nothing of the inside', async () => {
    const before = api.reported.length;
    const answer = await api.post('transaction', [entry('POST Patient', patient()), bad]);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('fire');
    expect(api.reported).toHaveLength(before + 1);
  });

  it('is the outcome of its entry alone in a batch, and is reported', async () => {
    const before = api.reported.length;
    const answer = await api.post('batch', [
      entry('PUT Patient/good', patient({ id: 'good' })),
      bad,
      entry('GET Patient/good'),
    ]);
    expect([answer.status, ...statusesOf(answer)]).toEqual([200, 201, 500, 200]);
    expect(answer.json().entry[1].response.outcome.issue[0]).toMatchObject({ severity: 'error', code: 'exception' });
    expect(answer.text).not.toContain('fire');
    expect(api.reported.slice(before)).toEqual([new Error('The disk is on fire.')]);
  });
});

describe('a read that fails after the commit of its transaction', () => {
  it('is a 500 of its entry alone, and is reported', async () => {
    let committed = false;
    const { api } = failing((store) => ({
      commit: async (changes, guards) => {
        const conflict = await store.commit(changes, guards);
        committed = true;
        return conflict;
      },
      read: (type, id) => (committed && id === 'seen' ? fire() : store.read(type, id)),
    }));
    await api.send('PUT /Patient/seen', patient({ id: 'seen' }));
    committed = false;
    const answer = await api.post('transaction', [
      entry('GET Patient/seen'),
      entry('PUT Patient/new', patient({ id: 'new' })),
    ]);
    expect([answer.status, ...statusesOf(answer)]).toEqual([200, 500, 201]);
    expect(answer.text).not.toContain('fire');
    expect(api.reported).toEqual([new Error('The disk is on fire.')]);
    expect((await api.send('GET /Patient/new')).status).toBe(200);
  });
});
