import { describe, expect, it } from 'vitest';
import {
  AFTER_ALL,
  createStamps,
  firstStampOf,
  isStamp,
  timeOf,
  withIndex,
} from '../../../../../src/storage/aws/table/stamps.ts';

describe('stamps', () => {
  it('are never the same, and sort by time and order', () => {
    let now = 1_800_000_000_000;
    const stamps = createStamps(() => now);
    const made: string[] = [];
    for (let i = 0; i < 500; i++) {
      if (i % 100 === 0) now += 1;
      made.push(withIndex(stamps.next(0), 0));
    }
    expect(new Set(made).size).toBe(500);
    expect([...made].sort()).toEqual(made);
    expect(timeOf(made[499] ?? '')).toBe(now);
  });

  it('are of the later time, the clock or what is asked for', () => {
    const stamps = createStamps(() => 5000);
    expect(timeOf(stamps.next(4000))).toBe(5000);
    expect(timeOf(stamps.next(6000))).toBe(6000);
    expect(timeOf(stamps.next(0))).toBe(5000);
  });

  it('of one moment are told by their index, in its order', () => {
    const stamp = createStamps(() => 5000).next(0);
    const made = [0, 1, 35, 36, 1000, 10_000].map((index) => withIndex(stamp, index));
    expect([...made].sort()).toEqual(made);
    expect(made.every(isStamp)).toBe(true);
  });

  it('are between the first of their time and the end', () => {
    const stamp = withIndex(createStamps(() => 5000).next(0), 0);
    expect(firstStampOf(5000) <= stamp).toBe(true);
    expect(firstStampOf(5001) > stamp).toBe(true);
    expect(stamp < AFTER_ALL).toBe(true);
    expect(firstStampOf(-5) <= firstStampOf(0)).toBe(true);
  });
});
