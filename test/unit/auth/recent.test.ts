import { expect, it } from 'vitest';
import { createRecent } from '../../../src/auth/recent.ts';

it('forgets what was not asked for, and never holds more than its size', () => {
  const recent = createRecent<number>(10);
  recent.set('kept', 1);
  for (let n = 0; n < 1000; n++) {
    recent.set(`k${n}`, n);
    expect(recent.get('kept')).toBe(1);
  }
  const held = Array.from({ length: 1000 }, (_, n) => recent.get(`k${n}`)).filter((value) => value !== undefined);
  expect(held.length).toBeLessThanOrEqual(10);
  expect(recent.get('k0')).toBeUndefined();
});
