import type { Database } from './sqlite.ts';

/**
 * What SQLite's planner is to believe of the indexes: rows in all, then rows for one value of the first column, of the first two, and so on.
 * Fixed, so that a plan never depends on what happens to be stored: a resource has one or two rows for a parameter, a parameter has
 * very many. Where one of several ways is better for the data at hand, the search decides (plan.ts), not SQLite.
 */
const STATISTICS: readonly (readonly [table: string, index: string | null, rows: string])[] = [
  ...['string', 'token', 'reference', 'date', 'quantity', 'uri'].map(
    (kind) => [`${kind}_index`, `${kind}_index`, '10000000 12 2 1'] as const,
  ),
  ['present_index', 'present_index', '100000 2 1'],
  ['string_index', 'string_value', '10000000 100000 20 1'],
  ['token_index', 'token_value', '10000000 100000 500 1'],
  ['reference_index', 'reference_value', '10000000 100000 50 1'],
  ['date_index', 'date_low', '10000000 100000 20 10 1'],
  ['date_index', 'date_high', '10000000 100000 20 10 1'],
  ['quantity_index', 'quantity_low', '10000000 100000 100 100 1'],
  ['quantity_index', 'quantity_wide', '10000 1000 5 1'],
  ['quantity_index', 'quantity_base', '10000000 100000 50000 100 100 1'],
  ['quantity_index', 'quantity_base_wide', '10000 1000 500 5 1'],
  ['uri_index', 'uri_value', '10000000 100000 500 1'],
  ['resource', 'resource_identity', '1000000 10000 1'],
  ['resource', 'resource_updated', '1000000 10000 2 1'],
  ['version', 'version_number', '2000000 2 1'],
  ['version', 'version_type', '2000000 20000 1'],
  ['concept', 'concept_identity', '100000 2 1 1'],
  ['concept', 'concept_system', '100000 1000'],
  ['concept_text', 'concept_text', '50000 2 1'],
];

/** Puts the statistics where the planner reads them. */
export function setStatistics(database: Database): void {
  // ANALYZE makes the table and, for the schema alone, only reads it.
  database.exec('ANALYZE sqlite_schema');
  database.exec('DELETE FROM sqlite_stat1');
  const add = database.prepare('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)');
  for (const row of STATISTICS) add.run(...row);
  database.exec('ANALYZE sqlite_schema');
}
