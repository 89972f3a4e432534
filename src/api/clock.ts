/** A clock that never goes back, in ms since the epoch, whatever the machine's clock does. */
export function createClock(system: () => number = Date.now): () => number {
  let last = 0;
  return () => {
    last = Math.max(last, system());
    return last;
  };
}
