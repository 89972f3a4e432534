import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../../../src/storage/aws/table/keys.ts';

const keys = keysOf('acme');

describe('keys', () => {
  it('say what they are of', () => {
    expect(keys.resource('Patient', 'a.b-1')).toBe('acme#Patient/a.b-1');
    expect(keys.parse(keys.resource('Patient', 'a.b-1'))).toEqual({ type: 'Patient', id: 'a.b-1' });
  });

  it('of a resource are in one of the partitions of its type', () => {
    expect(keys.histories('Patient')).toContain(keys.history('Patient', 'x'));
    expect(keys.histories('Patient')).toHaveLength(4);
  });

  it.each([
    ['numbers', (n: number) => String(n)],
    ['padded numbers', (n: number) => `p${String(n).padStart(6, '0')}`],
    ['UUIDs', (n: number) => `00000000-0000-4000-8000-${String(n * 7919).padStart(12, '0')}`],
  ])('spread ids evenly: %s', (_, idOf) => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 8000; n++) {
      const key = keys.history('Observation', idOf(n));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(300);
  });
});
