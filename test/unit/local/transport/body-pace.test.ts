import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchPace } from '../../../../src/local/transport/body-pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Plays what happens, and gives the ms at which the body was too slow; undefined when it never was. */
function play(...steps: readonly (readonly [action: 'wait' | 'rest' | number, ms: number])[]): number | undefined {
  const begin = performance.now();
  let slow: number | undefined;
  const pace = watchPace({ idleTimeout: 1000, minBytesPerSecond: 100 }, () => {
    slow ??= performance.now() - begin;
  });
  for (const [action, ms] of steps) {
    if (action === 'wait') pace.wait();
    else if (action === 'rest') pace.rest();
    else pace.came(action);
    vi.advanceTimersByTime(ms);
  }
  pace.rest();
  return slow;
}

describe('a body is too slow', () => {
  it.each([
    ['when nothing comes', [['wait', 5000]], 1000],
    [
      'when less comes than the least rate makes',
      [
        ['wait', 500],
        [99, 500],
      ],
      1000,
    ],
    [
      'when a byte comes now and then',
      [
        ['wait', 900],
        [1, 50],
        ['rest', 0],
        ['wait', 900],
      ],
      1000,
    ],
    [
      'when it stops after a fast beginning',
      [
        ['wait', 10],
        [1_000_000, 5000],
      ],
      2000,
    ],
  ] as const)('%s', (_, steps, at) => {
    expect(play(...steps)).toBe(at);
  });
});

describe('a body is not too slow', () => {
  it.each([
    [
      'when it keeps the rate for as long as it takes',
      [
        ['wait', 900],
        [100, 900],
        [100, 900],
        [100, 900],
        [100, 900],
      ],
    ],
    [
      'while no one waits for it',
      [
        ['wait', 900],
        ['rest', 60_000],
        ['wait', 90],
      ],
    ],
    [
      'when it is over',
      [
        ['wait', 900],
        ['rest', 5000],
      ],
    ],
  ] as const)('%s', (_, steps) => {
    expect(play(...steps)).toBeUndefined();
  });
});
