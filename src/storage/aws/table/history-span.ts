import type { HistoryQuery } from '../../store.ts';
import { type Item, numberOf } from './wire/attribute-values.ts';

/** Whether a version is one of those that `since` and `at` ask for. A version is current until the next one's lastUpdated. */
export function isWanted(item: Item, successor: Item | undefined, { since, at }: HistoryQuery): boolean {
  const time = numberOf(item, 't') ?? 0;
  if (since !== undefined && time < since) return false;
  if (at === undefined) return true;
  const until = successor && numberOf(successor, 't');
  return time < at.high && (until === undefined || until > at.low);
}
