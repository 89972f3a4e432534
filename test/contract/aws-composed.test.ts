import { randomUUID } from 'node:crypto';
import { Client } from '@opensearch-project/opensearch';
import { describe } from 'vitest';
import { composeStore } from '../../src/storage/aws/compose-store.ts';
import { openSearchIndex } from '../../src/storage/aws/open-search-index.ts';
import { engineUrl } from '../engines/engines.ts';
import { describeChains } from './chains.ts';
import { describeComposites } from './composites.ts';
import { describeConcurrency } from './concurrency.ts';
import { describeFilters } from './filters.ts';
import { describeFullText } from './full-text.ts';
import { describeGuards } from './guards.ts';
import type { OpenStore } from './harness.ts';
import { describeIncludes } from './includes.ts';
import { describeLargeQueries } from './large-queries.ts';
import { createMemoryTable } from './memory-table.ts';
import { describeOddTexts } from './odd-texts.ts';
import { describePaging } from './paging.ts';
import { describeRandomSearches } from './random-searches.ts';
import { describeRanges } from './ranges.ts';
import { describeSort } from './sort.ts';
import { describeValues } from './values.ts';

const node = engineUrl('opensearch');

const open: OpenStore = async (index, rules) => {
  const client = new Client({ node: node ?? '' });
  const table = createMemoryTable();
  const prefix = `t${randomUUID()}`;
  const opened = openSearchIndex({
    client,
    prefix,
    fhirVersion: '4.0.1',
    index,
    ...rules,
    readVersion: table.readVersion,
    onPoison: async ({ type, id, reason }) => {
      throw new Error(`${type}/${id} was not taken: ${reason}`);
    },
    now: Date.now,
  });
  const store = composeStore({ table, index: opened, indexResource: index, now: Date.now, budget: 10_000 });
  const close = async () => {
    await client.indices.delete({ index: `${prefix}-*` });
    await opened.close();
  };
  return { store: { ...store, close }, settled: async () => store.bringUp(await table.types()) };
};

describe.skipIf(node === undefined)('the index that follows a table', () => {
  describeGuards(open);
  describeConcurrency(open);
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
  describeRandomSearches(open);
});
