/** ms in base 36; enough until the year 5188. */
const TIME_DIGITS = 9;
const COUNT_DIGITS = 2;
const NONCE_DIGITS = 6;
const INDEX_DIGITS = 4;
const LENGTH = TIME_DIGITS + COUNT_DIGITS + NONCE_DIGITS + INDEX_DIGITS;
const COUNTS = 36 ** COUNT_DIGITS;

/** Sorts behind every stamp. */
export const AFTER_ALL = '~';

/**
 * Gives stamps of writes: they sort by time, within a process by order, and no two are the same. So a page of history ends at a stamp, and a
 * write whose answer was lost is known again.
 */
export interface Stamps {
  /** The stamp of a write now, or at `atLeast` (ms since the epoch) when that is later; without an index. */
  next(atLeast: number): string;
}

export function createStamps(now: () => number): Stamps {
  let last = 0;
  let count = 0;
  return {
    next(atLeast) {
      const time = Math.max(now(), atLeast);
      count = time === last ? (count + 1) % COUNTS : 0;
      last = time;
      return `${digits(time, TIME_DIGITS)}${digits(count, COUNT_DIGITS)}${nonce()}`;
    },
  };
}

/** The stamp of one of the items that were written together. */
export function withIndex(stamp: string, index: number): string {
  return stamp + digits(index, INDEX_DIGITS);
}

/** When it was made, ms since the epoch. */
export function timeOf(stamp: string): number {
  return Number.parseInt(stamp.slice(0, TIME_DIGITS), 36);
}

/** What sorts before every stamp of that time and later, and behind all of before. */
export function firstStampOf(time: number): string {
  return digits(Math.max(0, Math.floor(time)), TIME_DIGITS);
}

export function isStamp(value: string): boolean {
  return value.length === LENGTH && /^[0-9a-z]*$/.test(value);
}

function nonce(): string {
  return digits(Math.floor(Math.random() * 36 ** NONCE_DIGITS), NONCE_DIGITS);
}

function digits(value: number, length: number): string {
  return value.toString(36).padStart(length, '0');
}
