import { describe, expect, it } from 'vitest';
import { RecentVersions } from '../../../../src/storage/embedded/recent-versions.ts';
import type { StoredVersion } from '../../../../src/storage/store.ts';

const versionOf = (id: string, bytes = 10, version = 1): StoredVersion => ({
  type: 'Patient',
  id,
  version,
  lastUpdated: 0,
  method: 'PUT',
  body: new Uint8Array(bytes),
});
const never = (): never => {
  throw new Error('It was read.');
};

describe('RecentVersions', () => {
  it('reads by name once', () => {
    const recent = new RecentVersions();
    const version = versionOf('a');
    expect(recent.get('Patient', 'a', () => version)).toBe(version);
    expect(recent.get('Patient', 'a', never)).toBe(version);
  });

  it('reads by key only what is missing, and answers in the order asked for', () => {
    const recent = new RecentVersions();
    const [a, b, c] = [versionOf('a'), versionOf('b'), versionOf('c')];
    recent.getAll([2], () => [b]);
    const asked: (readonly number[])[] = [];
    const read = (missing: readonly number[]) => {
      asked.push(missing);
      return [c, undefined, a];
    };
    expect(recent.getAll([3, 2, 9, 1], read)).toEqual([c, b, undefined, a]);
    expect(asked).toEqual([[3, 9, 1]]);
    expect(recent.getAll([1, 2, 3], never)).toEqual([a, b, c]);
    expect(recent.get('Patient', 'a', never)).toBe(a);
  });

  it('forgets all', () => {
    const recent = new RecentVersions();
    recent.getAll([1], () => [versionOf('a')]);
    recent.clear();
    const again = versionOf('a', 10, 2);
    expect(recent.get('Patient', 'a', () => again)).toBe(again);
    expect(recent.getAll([1], () => [again])).toEqual([again]);
  });

  it('forgets by name what was found by key', () => {
    const recent = new RecentVersions();
    recent.getAll([1], () => [versionOf('a')]);
    recent.forget('Patient', 'a');
    const newer = versionOf('a', 10, 2);
    expect(recent.getAll([1], () => [newer])).toEqual([newer]);
    expect(recent.get('Patient', 'a', never)).toBe(newer);
  });

  it('keeps no deletions and no large bodies', () => {
    const recent = new RecentVersions();
    recent.get('Patient', 'gone', () => ({ ...versionOf('gone'), body: undefined }));
    recent.get('Patient', 'large', () => versionOf('large', 2 ** 16 + 1));
    expect(() => recent.get('Patient', 'gone', never)).toThrow();
    expect(() => recent.get('Patient', 'large', never)).toThrow();
  });

  it('lets the oldest go when its memory is full', () => {
    const recent = new RecentVersions();
    const count = 2 ** 23 / 2 ** 16 + 1;
    for (let key = 0; key < count; key++) recent.getAll([key], () => [versionOf(`v${key}`, 2 ** 16)]);
    expect(() => recent.getAll([0], never)).toThrow();
    expect(recent.getAll([1], never)).toHaveLength(1);
  });
});
