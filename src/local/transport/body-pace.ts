/** How slowly bytes may come. */
export interface PaceLimits {
  /** ms over which the rate is taken: as long may a client send nothing at all. */
  readonly idleTimeout: number;
  /** The least rate over that time. */
  readonly minBytesPerSecond: number;
}

/** Watches how fast the bytes of one body come. Time counts only while they are waited for: a server that is slow itself drops no one. */
export interface BodyPace {
  /** From now on bytes are waited for. */
  wait(): void;
  /** From now on they are not. */
  rest(): void;
  /** Bytes have come. */
  came(bytes: number): void;
}

/**
 * Calls `onSlow` once when over a whole window of waiting fewer bytes came than the least rate makes. No limit is set on the whole: what
 * goes on coming may take hours.
 */
export function watchPace({ idleTimeout, minBytesPerSecond }: PaceLimits, onSlow: () => void): BodyPace {
  const least = Math.max(1, (idleTimeout * minBytesPerSecond) / 1000);
  let waited = 0;
  let bytes = 0;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    since = performance.now();
    timer = setTimeout(onWindow, Math.max(0, idleTimeout - waited));
  };
  const onWindow = () => {
    timer = undefined;
    if (bytes < least) onSlow();
    else {
      waited = 0;
      bytes = 0;
      arm();
    }
  };
  return {
    wait() {
      if (timer === undefined) arm();
    },
    rest() {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      waited += performance.now() - since;
    },
    came(more) {
      bytes += more;
    },
  };
}
