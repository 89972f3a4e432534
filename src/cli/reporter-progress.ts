import type { OutputStream } from './io.ts';
import type { ProgressState } from './reporter.ts';

/** Shows the state of a piece of work, as often as is good for who looks at it. */
export interface ProgressView {
  update(state: ProgressState): void;
  /** Takes a bar off the screen, so that other text can follow. */
  done(): void;
}

const BAR_WIDTH = 24;
/** ms between two pictures of a bar, and between two lines. */
const MOVING_EVERY = 100;
const LINE_EVERY = 10_000;

export function createProgressView(
  stream: OutputStream,
  unit: string,
  { moves, now }: { readonly moves: boolean; readonly now: () => number },
): ProgressView {
  const start = now();
  let shown = moves ? 0 : start;
  let visible = false;
  return {
    update(state) {
      const time = now();
      if (time - shown < (moves ? MOVING_EVERY : LINE_EVERY)) return;
      shown = time;
      const text = progressText(state, unit, time - start);
      if (!moves) return void stream.write(`${text}\n`);
      visible = true;
      stream.write(`\r${`${bar(state)} ${text}`.slice(0, (stream.columns ?? 80) - 1)}\x1b[K`);
    },
    done() {
      if (visible) stream.write('\r\x1b[K');
      visible = false;
    },
  };
}

/** `43 % · 12,345 resources · 3,210/s · 14 s left`. */
export function progressText({ done, total, items }: ProgressState, unit: string, elapsed: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const parts = [`${Math.floor(share * 100)} %`, `${count(items)} ${unit}`];
  if (elapsed > 0) parts.push(`${count(Math.round(items / (elapsed / 1000)))}/s`);
  if (share > 0 && share < 1) parts.push(`${duration((elapsed / share) * (1 - share))} left`);
  return parts.join(' · ');
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `14 s`, `3 min`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function bar({ done, total }: ProgressState): string {
  const full = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
