/**
 * Maps with a bounded number under way, in order. After the first failure none is begun any more, and it rejects when those under way
 * have ended: nothing goes on behind the caller's back.
 */
export async function inParallel<T, R>(
  values: readonly T[],
  atOnce: number,
  map: (value: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(values.length);
  let next = 0;
  let failed = false;
  async function work(): Promise<void> {
    while (next < values.length && !failed) {
      const index = next++;
      try {
        results[index] = await map(values[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: Math.min(atOnce, values.length) }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return results;
}

/** Pieces of a list, the last one may be shorter. */
export function inChunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}
