import { describe, expect, it } from 'vitest';
import { createIndexerHandler, type IndexerOptions } from '../../../src/lambda/start-indexer.ts';
import type { StoredVersion } from '../../../src/storage/store.ts';

const NOW = 1_700_000_100_000;

/** A record as Lambda hands it on from the stream. */
function record(id: string, version: number, sequence: string) {
  const image = {
    pk: { S: `-#Patient/${id}` },
    v: { N: String(version) },
    t: { N: '1700000000000' },
    m: { S: 'D' },
  };
  const dynamodb = { SequenceNumber: sequence, ApproximateCreationDateTime: 1_700_000_099, NewImage: image };
  return { eventName: 'INSERT', eventSource: 'aws:dynamodb', dynamodb };
}

function world({ failing = false } = {}) {
  const written: StoredVersion[] = [];
  const calls: unknown[] = [];
  const lines: string[] = [];
  const reported: unknown[] = [];
  const store = {
    index: {
      async write(versions: readonly StoredVersion[]) {
        if (failing) throw new Error('away');
        written.push(...versions);
      },
    },
    table: {
      sweep: async (before: number) => void calls.push(['sweep', before]),
      types: async () => ['Patient', 'Claim'],
    },
    bringUp: async (types: readonly string[]) => void calls.push(['bringUp', types]),
  };
  const handle = createIndexerHandler({
    store: store as unknown as IndexerOptions['store'],
    tenant: '-',
    stage: 'prod',
    overflow: { put: async () => undefined, get: async () => new Uint8Array(), remove: async () => undefined },
    write: (line) => lines.push(line),
    report: (error) => reported.push(error),
    now: () => NOW,
  });
  return { handle, written, calls, lines, reported };
}

describe('the indexer function', () => {
  it('puts what comes by the stream into the index, and tells its lag', async () => {
    const { handle, written, lines } = world();
    const answer = await handle({ Records: [record('p1', 1, '1'), record('p1', 2, '2'), record('p2', 1, '3')] });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(written.map(({ id, version }) => `${id}/${version}`)).toEqual(['p1/2', 'p2/1']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { IndexLag: 1000, Stage: 'prod', _aws: { Timestamp: NOW } },
    ]);
  });

  it('has a batch come again that it could not put in', async () => {
    const { handle, reported } = world({ failing: true });
    const answer = await handle({ Records: [record('p1', 1, '7'), record('p2', 1, '8')] });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    expect(reported).toHaveLength(1);
  });

  it.each(['aws.events', 'aws.scheduler'])('tidies up and catches up when %s calls', async (source) => {
    const { handle, calls } = world();
    expect(await handle({ source })).toBeUndefined();
    expect(calls).toEqual([
      ['sweep', NOW - 120_000],
      ['bringUp', ['Patient', 'Claim']],
    ]);
  });

  it('does nothing for anyone else', async () => {
    const { handle, calls } = world();
    await expect(handle({ source: 'aws.s3' })).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });
});
