import { describe } from 'vitest';
import { describeChains } from './chains.ts';
import { describeCommits } from './commits.ts';
import { describeComposites } from './composites.ts';
import { describeConcurrency } from './concurrency.ts';
import { describeFilters } from './filters.ts';
import { describeFullText } from './full-text.ts';
import { describeGuards } from './guards.ts';
import type { OpenStore } from './harness.ts';
import { describeHistory } from './history.ts';
import { describeIncludes } from './includes.ts';
import { describeLargeQueries } from './large-queries.ts';
import { describeOddTexts } from './odd-texts.ts';
import { describePaging } from './paging.ts';
import { describeRandomSearches } from './random-searches.ts';
import { describeRanges } from './ranges.ts';
import { describeSort } from './sort.ts';
import { describeValues } from './values.ts';
import { describeVersions } from './versions.ts';

/**
 * What a store must do: the storage port's suite, for any adapter. It runs against the real engine, each part on a fresh store.
 *
 * @example
 * describeStore('my engine', async (index, isCaseSensitive) => {
 *   const store = await openMyStore({ index, isCaseSensitive });
 *   return { store, settled: () => store.refresh() };
 * });
 */
export function describeStore(name: string, open: OpenStore): void {
  describe(`the ${name} store`, () => {
    describeVersions(open);
    describeCommits(open);
    describeGuards(open);
    describeHistory(open);
    describeValues(open);
    describeRanges(open);
    describeFilters(open);
    describeComposites(open);
    describeChains(open);
    describeIncludes(open);
    describeSort(open);
    describePaging(open);
    describeFullText(open);
    describeOddTexts(open);
    describeLargeQueries(open);
    describeConcurrency(open);
    describeRandomSearches(open);
  });
}
