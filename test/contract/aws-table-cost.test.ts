import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenVersionTable } from '../../src/storage/aws/table/open-version-table.ts';
import { engineUrl } from '../engines/engines.ts';
import { createTestTable, type TestTable } from './aws-table-store.ts';
import { changeTo, deletion, START } from './mirrored-store.ts';

const endpoint = engineUrl('dynamodb');
const patient = (id: string, expected = 0) =>
  changeTo({ type: 'Patient', id, note: 'note '.repeat(40) }, expected, START);

describe.skipIf(endpoint === undefined)('what a table of versions costs', () => {
  let table: TestTable;
  let store: OpenVersionTable;
  let used: (readonly [string, number])[] = [];
  beforeAll(async () => {
    table = await createTestTable(endpoint ?? '');
    store = table.open({}, { onCapacity: (units, operation) => used.push([operation, units]) });
    // The first write of a type notes the type.
    await store.commit([patient('first')]);
  });
  afterAll(() => table.drop());

  async function costOf(work: () => Promise<unknown>): Promise<typeof used> {
    used = [];
    await work();
    return used;
  }

  it('a create: one request, two units', async () => {
    expect(await costOf(() => store.commit([patient('a')]))).toEqual([['PutItem', 2]]);
  });

  it('a read: one request, one unit', async () => {
    expect(await costOf(() => store.read('Patient', 'a'))).toEqual([['Query', 1]]);
    expect(await costOf(() => store.readVersion('Patient', 'a', 1))).toEqual([['GetItem', 1]]);
  });

  it('an update or a deletion of what was read: one request, two units', async () => {
    const other = table.open({}, { onCapacity: (units, operation) => used.push([operation, units]) });
    await other.types();
    const cost = await costOf(async () => {
      await other.read('Patient', 'a');
      await other.commit([patient('a', 1)]);
    });
    expect(cost.slice(-2)).toEqual([
      ['Query', 1],
      ['PutItem', 2],
    ]);
    expect(await costOf(() => other.commit([deletion('Patient', 'a', 2, START)]))).toEqual([['PutItem', 2]]);
  });

  it('fifty current versions: one request', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `m${i}`);
    await store.commit(ids.map((id) => patient(id)));
    const keys = ids.map((id) => ({ type: 'Patient', id }));
    expect((await costOf(() => store.readMany(keys))).map(([operation]) => operation)).toEqual(['BatchGetItem']);
  });

  it('a transaction: one request', async () => {
    expect((await costOf(() => store.commit([patient('t1'), patient('t2')]))).map(([operation]) => operation)).toEqual([
      'TransactWriteItems',
    ]);
  });
});
