import type { StoredVersion } from '../../store.ts';
import type { SearchIndex } from '../parts.ts';
import type { BodyOverflow } from '../table/body-overflow.ts';
import type { Keys } from '../table/keys.ts';
import { decodeVersion, transactionOf } from '../table/version-item.ts';
import type { Item } from '../table/wire/attribute-values.ts';
import type { BatchResponse, StreamRecord } from './stream-record.ts';

export interface IndexBatchParts {
  readonly index: Pick<SearchIndex, 'write'>;
  readonly keys: Pick<Keys, 'parse'>;
  readonly overflow?: BodyOverflow | undefined;
  /** Told, when a batch is in the index, how old its oldest record was, ms. */
  readonly onLag?: ((ms: number) => void) | undefined;
  /** Gets why a batch is not done. */
  readonly report: (error: unknown) => void;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Makes what puts a batch of the table's stream into the index. Records may come twice, late and in any order: a document is taken only when it is
 * newer than what is there. What OpenSearch never takes is set aside by the index; anything else that fails makes the whole batch come again.
 */
export function createIndexBatch(parts: IndexBatchParts): (records: readonly StreamRecord[]) => Promise<BatchResponse> {
  const { index, onLag, report, now } = parts;
  return async (records) => {
    try {
      const versions = await newestVersions(records, parts);
      if (versions.length > 0) await index.write(versions);
    } catch (error) {
      report(error);
      return { batchItemFailures: records.slice(0, 1).map(failureOf) };
    }
    const oldest = oldestOf(records);
    if (oldest !== undefined) onLag?.(Math.max(0, now() - oldest));
    return { batchItemFailures: [] };
  };
}

/** Of each resource the newest version of a batch: the others would be taken, and replaced at once. */
async function newestVersions(
  records: readonly StreamRecord[],
  { keys, overflow }: IndexBatchParts,
): Promise<readonly StoredVersion[]> {
  const newest = new Map<string, { readonly version: number; readonly item: Item }>();
  for (const { dynamodb } of records) {
    const item = dynamodb?.NewImage;
    if (item === undefined || !isVersion(item)) continue;
    const partition = 'S' in item.pk ? item.pk.S : '';
    const version = 'N' in item.v ? Number(item.v.N) : 0;
    if (version > (newest.get(partition)?.version ?? 0)) newest.set(partition, { version, item });
  }
  return Promise.all([...newest.values()].map(({ item }) => decodeVersion(item, keys, overflow)));
}

/** True of a version that can be seen: not of a lock or a pointer, nor of a part of an unfinished transaction. That comes again when it is finished. */
function isVersion(item: Item): item is Item & { readonly pk: Item[string]; readonly v: Item[string] } {
  return (
    item.pk !== undefined &&
    item.v !== undefined &&
    item.t !== undefined &&
    item.m !== undefined &&
    transactionOf(item) === undefined
  );
}

function failureOf({ dynamodb }: StreamRecord): BatchResponse['batchItemFailures'][number] {
  return { itemIdentifier: dynamodb?.SequenceNumber ?? '' };
}

/** ms since the epoch. */
function oldestOf(records: readonly StreamRecord[]): number | undefined {
  const times = records.flatMap(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? []);
  return times.length === 0 ? undefined : Math.min(...times) * 1000;
}
