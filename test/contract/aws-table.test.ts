import { afterAll, describe } from 'vitest';
import { engineUrl } from '../engines/engines.ts';
import { createTestTable, type TestTable, withPlainSearch } from './aws-table-store.ts';
import { describeCommits } from './commits.ts';
import { describeConcurrency } from './concurrency.ts';
import type { OpenStore } from './harness.ts';
import { describeHistory } from './history.ts';
import { describeVersions } from './versions.ts';

const endpoint = engineUrl('dynamodb');

/** The parts of the suite that have to do with versions, on the table alone. */
describe.skipIf(endpoint === undefined)('the table of versions', () => {
  const tables: TestTable[] = [];
  const open: OpenStore = async (index) => {
    const table = await createTestTable(endpoint ?? '');
    tables.push(table);
    return {
      store: withPlainSearch(table.open(), index),
      reopen: async () => withPlainSearch(table.open(), index),
    };
  };

  afterAll(async () => {
    for (const table of tables) await table.drop();
  });

  describeVersions(open);
  describeCommits(open);
  describeHistory(open);
  describeConcurrency(open);
});
