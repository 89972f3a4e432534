import { describe, expect, it } from 'vitest';
import { inChunks, inParallel } from '../../../../../src/storage/aws/table/in-parallel.ts';

describe('in parallel', () => {
  it('maps in order, with no more under way than allowed', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 4, 3, 2, 1, 0], 3, async (value, index) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < value; i++) await Promise.resolve();
      running--;
      return value * 10 + index;
    });
    expect(results).toEqual([50, 41, 32, 23, 14, 5]);
    expect(most).toBe(3);
  });

  it('begins nothing after a failure, and waits for what is under way', async () => {
    const ended: number[] = [];
    const failing = inParallel([0, 1, 2, 3, 4], 2, async (value) => {
      if (value === 0) throw new Error('first');
      for (let i = 0; i < 5; i++) await Promise.resolve();
      ended.push(value);
    });
    await expect(failing).rejects.toThrow('first');
    expect(ended).toEqual([1]);
  });

  it('cuts into chunks', () => {
    expect(inChunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inChunks([], 2)).toEqual([]);
  });
});
