import { performance } from 'node:perf_hooks';
import type { OpenVersionTable } from '../../src/storage/aws/table/open-version-table.ts';
import type { Item } from '../../src/storage/aws/table/wire/attribute-values.ts';
import type { Change } from '../../src/storage/store.ts';
import type { TestTable } from '../contract/aws-table-store.ts';
import { changeTo, deletion, START } from '../contract/mirrored-store.ts';

/** Of more changes than one transaction of DynamoDB takes. */
export const CREATED = 100;
export const UPDATED = 6;
export const DELETED = 4;

const patients = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);

export const EXISTING = [...patients('u', UPDATED), ...patients('d', DELETED)];

/** Writes what a large commit updates and deletes. */
export async function writeExisting(table: OpenVersionTable): Promise<void> {
  await table.commit(EXISTING.map((id) => changeTo({ type: 'Patient', id }, 0, START)));
}

/** A commit of creations, updates and deletions that is too large for one transaction; a body is too large for an item. */
export function largeCommit(): readonly Change[] {
  const noise = Array.from({ length: 150_000 }, (_, i) => ((i * 2_654_435_761) >>> 0).toString(36)).join('');
  return [
    ...patients('c', CREATED).map((id) => changeTo({ type: 'Observation', id }, 0, START + 1)),
    ...patients('u', UPDATED).map((id) => changeTo({ type: 'Patient', id, note: 'updated' }, 1, START + 1)),
    ...patients('d', DELETED).map((id) => deletion('Patient', id, 1, START + 1)),
    changeTo({ type: 'Binary', id: 'big', note: noise }, 0, START + 1),
  ];
}

/** All that readers can see of a large commit, in one line: equal where nothing is visible, and where all is. */
export async function visibleTo(table: OpenVersionTable): Promise<string> {
  const keys = largeCommit().map(({ type, id }) => ({ type, id }));
  const many = await table.readMany(keys);
  const [one, updated, deleted] = await Promise.all([
    table.read('Observation', 'c7'),
    table.read('Patient', 'u3'),
    table.read('Patient', 'd1'),
  ]);
  const second = await table.readVersion('Patient', 'u3', 2);
  const instance = await table.history({ types: ['Patient'], id: 'u3', count: 10 });
  const ofType = await table.history({ types: ['Observation', 'Patient'], count: 1000 });
  const ofAll = await table.history({ count: 50 });
  const written = [];
  for (const type of ['Observation', 'Patient', 'Binary']) {
    for await (const { id, version } of table.writtenSince(type, 0)) written.push(`${type}/${id}/${version}`);
  }
  const names = (versions: readonly { type: string; id: string; version: number }[]) =>
    versions.map(({ type, id, version }) => `${type}/${id}/${version}`);
  return JSON.stringify({
    many: many.map((version) => version && [version.version, version.body?.length]),
    one: one?.version,
    updated: updated?.version,
    deleted: [deleted?.version, deleted?.body === undefined],
    second: second?.body?.length,
    instance: names(instance.versions),
    ofType: names(ofType.versions),
    ofAll: names(ofAll.versions),
    written: [...new Set(written)].sort(),
    writtenTwice: written.length - new Set(written).size,
  });
}

/** What no reader sees, but a tidy table has not: items of transactions, records, manifests. */
export async function untidy(table: TestTable): Promise<readonly string[]> {
  const left: string[] = [];
  let from: Item | undefined;
  do {
    const input = { TableName: table.name, ExclusiveStartKey: from };
    const { Items = [], LastEvaluatedKey } = await table.dynamo.call('Scan', input, performance.now() + 10_000);
    for (const item of Items) {
      const partition = item.pk !== undefined && 'S' in item.pk ? item.pk.S : '';
      if (item.x !== undefined || partition.startsWith('-#tx')) left.push(partition);
    }
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return left;
}
