import { describe, expect, it } from 'vitest';
import { parsePreferences } from '../../../src/api/negotiation/preferences.ts';
import { watchStore } from '../../../src/api/write/until-searchable.ts';
import { type Store, StoreUnavailableError } from '../../../src/storage/store.ts';

describe('Prefer: searchable', () => {
  it.each([
    ['searchable', { searchable: true, wait: undefined }],
    ['return=minimal, searchable; wait=3', { return: 'minimal', searchable: true, wait: 3 }],
    ['wait=-1', { wait: undefined }],
    ['Searchable,wait="5"', { searchable: true, wait: 5 }],
    ['return=minimal', { searchable: undefined }],
  ])('reads %s', (header, expected) => {
    const { return: returns, searchable, wait } = parsePreferences(header);
    expect({ return: returns, searchable, wait }).toMatchObject(expected);
  });

  const change = { method: 'PUT', type: 'Patient', id: 'a', expected: 0, lastUpdated: 0 } as const;
  function storeThat(searchable: Store['searchable'], conflict = false): Store {
    const commit: Store['commit'] = async () =>
      conflict ? { kind: 'version', type: 'Patient', id: 'a', actual: 1 } : undefined;
    return { commit, ...(searchable && { searchable }) } as Store;
  }

  it.each<[string, Store['searchable'], number | undefined, boolean, number | undefined]>([
    ['an engine that is never behind', undefined, undefined, true, undefined],
    ['in time', async () => true, undefined, true, 10_000],
    ['with a wait', async () => true, 2, true, 2000],
    ['no longer than the limit', async () => true, 900, true, 25_000],
    ['too late', async () => false, 1, false, 1000],
    ['an engine that fails', () => Promise.reject(new StoreUnavailableError('unavailable', 1)), 1, false, 1000],
  ])('%s', async (_, searchable, wait, expected, budget) => {
    const asked: unknown[] = [];
    const watched = watchStore(
      storeThat(
        searchable &&
          ((keys, ms) => {
            asked.push([keys, ms]);
            return searchable(keys, ms);
          }),
      ),
    );
    await watched.store.commit([change]);
    expect(await watched.untilSearchable({ ...parsePreferences('searchable'), wait })).toBe(expected);
    expect(asked).toEqual(budget === undefined ? [] : [[[{ type: 'Patient', id: 'a' }], budget]]);
  });

  it('waits for nothing when nothing was written', async () => {
    const never = () => Promise.reject(new Error('asked'));
    const watched = watchStore(storeThat(never, true));
    await watched.store.commit([change]);
    expect(await watched.untilSearchable(parsePreferences('searchable'))).toBe(true);
  });
});
