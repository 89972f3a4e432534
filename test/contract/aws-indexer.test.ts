import { randomUUID } from 'node:crypto';
import { Client } from '@opensearch-project/opensearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchQuery } from '../../src/fhir/search/search-query.ts';
import { documentOf } from '../../src/storage/aws/index/document.ts';
import type { Poison } from '../../src/storage/aws/index/write-documents.ts';
import { writeDocuments } from '../../src/storage/aws/index/write-documents.ts';
import { createIndexBatch } from '../../src/storage/aws/indexer/index-batch.ts';
import { reindex } from '../../src/storage/aws/indexer/reindex.ts';
import type { StreamRecord } from '../../src/storage/aws/indexer/stream-record.ts';
import { verifyIndex } from '../../src/storage/aws/indexer/verify-index.ts';
import { type OpenedIndex, openSearchIndex } from '../../src/storage/aws/open-search-index.ts';
import type { VersionTable } from '../../src/storage/aws/parts.ts';
import type { Item } from '../../src/storage/aws/table/wire/attribute-values.ts';
import type { Change } from '../../src/storage/store.ts';
import { engineUrl } from '../engines/engines.ts';
import { date, string, token } from './entries.ts';
import { SUITE_RULES } from './harness.ts';
import { createMemoryTable } from './memory-table.ts';
import { changeTo, deletion, keysOf, START, searchQuery } from './mirrored-store.ts';
import { Random } from './random.ts';
import { indexTestResource } from './test-resource.ts';

const node = engineUrl('opensearch');
const KEYS = {
  parse(partition: string) {
    const [, type = '', id = ''] = /^-#([^/]+)\/(.*)$/.exec(partition) ?? [];
    return { type, id };
  },
};

/** The record that the stream has of a change. */
function recordOf(change: Change, sequence: number): StreamRecord {
  const { type, id, expected, lastUpdated, method, content } = change;
  const letter = method === 'DELETE' ? 'D' : 'U';
  const body: Item =
    content === undefined ? {} : { b: { B: Buffer.from(content.body).toString('base64') }, u: { BOOL: true } };
  return {
    eventName: 'INSERT',
    dynamodb: {
      SequenceNumber: String(sequence),
      ApproximateCreationDateTime: START / 1000,
      NewImage: {
        pk: { S: `-#${type}/${id}` },
        v: { N: String(expected + 1) },
        t: { N: String(lastUpdated) },
        m: { S: letter },
        ...body,
      },
    },
  };
}

const byCode = (code: string): SearchQuery =>
  searchQuery(['Patient'], {
    filter: { op: 'match', parameter: 'code', tests: [{ kind: 'token', system: 's', code }] },
    count: 100,
  });

describe.skipIf(node === undefined)('the indexer', () => {
  const prefix = `i${randomUUID()}`;
  const poison: Poison[] = [];
  let client: Client;
  let index: OpenedIndex;
  let table: VersionTable;

  beforeAll(() => {
    client = new Client({ node: node ?? '' });
    table = createMemoryTable();
    const readVersion = table.readVersion;
    const onPoison = async (each: Poison) => void poison.push(each);
    const parts = { index: indexTestResource, ...SUITE_RULES };
    index = openSearchIndex({ client, prefix, fhirVersion: '4.0.1', ...parts, readVersion, onPoison, now: Date.now });
  });
  afterAll(async () => {
    await client.indices.delete({ index: `${prefix}-*` });
    await index.close();
  });

  const change = (id: string, version: number, code: string) =>
    changeTo({ type: 'Patient', id, entries: [token('code', 's', code), string('name', id)] }, version - 1, START);
  const found = async (code: string) => {
    await index.refresh(['Patient']);
    return keysOf((await index.search(byCode(code))).matches).sort();
  };

  it('comes to the same whatever comes twice, late or in another order', async () => {
    const lags: number[] = [];
    const indexBatch = createIndexBatch({
      index,
      keys: KEYS,
      report: fail,
      now: () => START + 500,
      onLag: (ms) => lags.push(ms),
    });
    const random = new Random(7);
    const changes = Array.from({ length: 8 }, (_, n) =>
      Array.from({ length: 10 }, (__, v) => change(`o${n}`, v + 1, v === 9 ? 'last' : `early${v}`)),
    ).flat();
    changes.push(deletion('Patient', 'o0', 10, START));
    const records = changes.map(recordOf);
    const shuffled = [...records, ...records].sort(() => random.next() - 0.5);
    for (let i = 0; i < shuffled.length; i += 13) {
      expect(await indexBatch(shuffled.slice(i, i + 13))).toEqual({ batchItemFailures: [] });
    }
    expect(await found('last')).toEqual(['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7'].map((id) => `Patient/${id}`));
    for (let v = 0; v < 9; v++) expect(await found(`early${v}`)).toEqual([]);
    expect(new Set(lags)).toEqual(new Set([500]));
  });

  it('leaves out what is no version, and parts of unfinished transactions', async () => {
    const indexBatch = createIndexBatch({ index, keys: KEYS, report: fail, now: Date.now });
    const part = recordOf(change('tx', 1, 'tx'), 1);
    const image = { ...part.dynamodb?.NewImage, x: { S: 'T' } };
    const lock = { pk: { S: '-#lock#a' }, v: { N: '0' }, c: { N: '1' } };
    const records = [
      { ...part, dynamodb: { ...part.dynamodb, NewImage: image } },
      { dynamodb: { SequenceNumber: '2', NewImage: lock } },
      { eventName: 'REMOVE', dynamodb: { SequenceNumber: '3' } },
    ];
    expect(await indexBatch(records)).toEqual({ batchItemFailures: [] });
    expect(await found('tx')).toEqual([]);
  });

  it('makes a batch come again that could not be written', async () => {
    const errors: unknown[] = [];
    const write = () => Promise.reject(new Error('away'));
    const indexBatch = createIndexBatch({ index: { write }, keys: KEYS, report: (e) => errors.push(e), now: Date.now });
    const records = [recordOf(change('a', 1, 'a'), 41), recordOf(change('b', 1, 'b'), 42)];
    expect(await indexBatch(records)).toEqual({ batchItemFailures: [{ itemIdentifier: '41' }] });
    expect(errors).toHaveLength(1);
  });

  it('sets aside what OpenSearch does not take, and writes the rest', async () => {
    const bad = documentOf(
      { type: 'Patient', id: 'bad', version: 1, lastUpdated: START, method: 'PUT', body: undefined },
      {
        index: indexTestResource,
        ...SUITE_RULES,
      },
    );
    const broken = { ...bad, content: { ...bad.content, lastUpdated: 'no number' } };
    const good = { ...bad, id: 'good' };
    const set = await writeDocuments(index.send, index.indices, [broken, good]);
    expect(set).toEqual([{ type: 'Patient', id: 'bad', version: 1, reason: 'mapper_parsing_exception' }]);
    expect([...(await index.versionsOf('Patient', ['bad', 'good']))]).toEqual([['good', 1]]);
  });

  it('finds what differs from the table, and repairs it', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `v${i}`);
    for (const id of ids) await table.commit([change(id, 1, 'one')]);
    const all = await table.readMany(ids.map((id) => ({ type: 'Patient', id })));
    await index.write(all.slice(0, 20).flatMap((version) => version ?? []));
    for (const id of ids.slice(0, 5)) await table.commit([change(id, 2, 'two')]);
    await table.commit([deletion('Patient', 'v6', 1, START)]);
    const differences = { type: 'Patient', checked: 30, missing: 10, behind: 6, ahead: 0 };
    expect(await verifyIndex({ table, index })).toEqual([
      { ...differences, fixed: 0, examples: ids.slice(0, 5).concat('v6', 'v20', 'v21', 'v22', 'v23') },
    ]);
    expect(await verifyIndex({ table, index, fix: true })).toMatchObject([{ ...differences, fixed: 16 }]);
    expect(await verifyIndex({ table, index })).toMatchObject([{ missing: 0, behind: 0, ahead: 0 }]);
    expect(await found('two')).toEqual(ids.slice(0, 5).map((id) => `Patient/${id}`));
    expect(await found('one')).not.toContain('Patient/v6');
  });

  it('makes an index anew while it is searched and written to', async () => {
    const before = await index.send<object>({ method: 'GET', path: `/_alias/${index.indices.aliasOf('Patient')}` });
    let stop = false;
    let written = 0;
    const writing = (async () => {
      while (!stop) {
        const id = `w${written}`;
        // A field that no document had before.
        const entries = [token('code', 's', 'meanwhile'), date(`fresh${written % 3}`, START, START + 1)];
        await table.commit([changeTo({ type: 'Patient', id, entries }, 0, START)]);
        const version = await table.read('Patient', id);
        if (version !== undefined) await index.write([version]);
        written++;
        expect((await found('two')).length).toBe(5);
      }
    })();
    const parts = { index: indexTestResource, ...SUITE_RULES };
    const { send, indices } = index;
    const [result] = await reindex({ table, send, indices, types: ['Patient'], ...parts, now: Date.now });
    stop = true;
    await writing;
    expect(result?.poison).toEqual([]);
    const after = await send<object>({ method: 'GET', path: `/_alias/${indices.aliasOf('Patient')}` });
    expect(Object.keys(after)).toHaveLength(1);
    expect(Object.keys(after)).not.toEqual(Object.keys(before));
    expect(await verifyIndex({ table, index })).toMatchObject([{ missing: 0, behind: 0, ahead: 0 }]);
    expect(await found('meanwhile')).toHaveLength(Math.min(written, 100));
  });

  it('goes on with an index that another run has begun', async () => {
    const { send, indices } = index;
    const parts = { index: indexTestResource, ...SUITE_RULES };
    const options = { table, send, indices, types: ['Patient'], ...parts, now: Date.now };
    const onProgress = () => {
      throw new Error('stopped');
    };
    await expect(reindex({ ...options, onProgress })).rejects.toThrow('stopped');
    const names = async () =>
      Object.keys(await send<object>({ method: 'GET', path: `/${indices.aliasOf('Patient')}-0*` }));
    const two = await names();
    expect(two).toHaveLength(2);
    await reindex(options);
    expect(await names()).toEqual(two.slice(-1));
    expect(await verifyIndex({ table, index })).toMatchObject([{ missing: 0, behind: 0, ahead: 0 }]);
  });
});

function fail(error: unknown): never {
  throw error;
}
