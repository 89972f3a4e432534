import type { Database } from '../sqlite.ts';
import type { Estimate, KeySet } from './key-set.ts';
import { sql } from './sql.ts';

/** Counting goes no further: that one of two sets is larger still does not matter. */
export const ESTIMATE_BOUND = 5_000;
const KEPT = 2_000;

/**
 * Counts a set's index rows up to a bound, and remembers the count for a few hundred changes: it
 * decides only how a search is done, never what it finds.
 */
export function createEstimate(database: Database, position: () => number): Estimate {
  const known = new Map<string, { readonly size: number; readonly position: number }>();
  return ({ select }: KeySet) => {
    const name = `${select.text}\n${JSON.stringify(select.values)}`;
    const now = position();
    const last = known.get(name);
    if (last !== undefined && now - last.position < 500) return last.size;
    const { text, values } = sql`SELECT count(*) AS size FROM (SELECT 1 FROM (${select}) LIMIT ${ESTIMATE_BOUND})`;
    const size = Number(database.cached(text).get(...values)?.size);
    if (known.size >= KEPT) known.clear();
    known.set(name, { size, position: now });
    return size;
  };
}
