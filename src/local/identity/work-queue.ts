/** Work that is too heavy to be done for everyone at once. */
export interface WorkQueue {
  /**
   * Does the work when its turn comes: never two of one key at once.
   *
   * @returns undefined when too many wait already; then it is not done.
   */
  run<T>(key: string, work: () => Promise<T>): Promise<T> | undefined;
}

/**
 * @param atOnce how many run at the same time
 * @param waiting how many may wait
 */
export function createWorkQueue(atOnce: number, waiting: number): WorkQueue {
  const active = new Set<string>();
  const queue: { readonly key: string; readonly begin: () => void }[] = [];
  const next = () => {
    const ready = active.size < atOnce ? queue.findIndex(({ key }) => !active.has(key)) : -1;
    if (ready >= 0) queue.splice(ready, 1)[0]?.begin();
  };
  const turn = (key: string) =>
    new Promise<void>((resolve) => {
      const begin = () => {
        active.add(key);
        resolve();
      };
      if (active.size < atOnce && !active.has(key)) begin();
      else queue.push({ key, begin });
    });
  return {
    run(key, work) {
      if (queue.length >= waiting) return undefined;
      return turn(key)
        .then(work)
        .finally(() => {
          active.delete(key);
          next();
        });
    },
  };
}
