import { createIndexBatch } from '../storage/aws/indexer/index-batch.ts';
import type { BatchResponse, StreamRecord } from '../storage/aws/indexer/stream-record.ts';
import type { AwsStore } from '../storage/aws/open-aws-store.ts';
import type { BodyOverflow } from '../storage/aws/table/body-overflow.ts';
import { keysOf } from '../storage/aws/table/keys.ts';
import { readDataEnvironment, type Variables } from './environment.ts';
import { createReport, type WriteLine } from './log-line.ts';
import { openData } from './open-data.ts';
import { fhirParts } from './storage-parts.ts';

/** A batch of the table's stream, or a schedule's call. */
export type IndexerEvent = { readonly Records: readonly StreamRecord[] } | { readonly source: string };

export interface IndexerOptions {
  readonly store: Pick<AwsStore, 'index' | 'table' | 'bringUp'>;
  readonly tenant: string;
  /** Whose metrics. */
  readonly stage: string;
  readonly overflow: BodyOverflow;
  readonly write: WriteLine;
  readonly report: (error: unknown) => void;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** ms for which the writer of a large transaction is given time: longer than a function runs. */
const DEAD_AFTER = 120_000;

/** Who calls by a schedule. */
const SCHEDULES: readonly string[] = ['aws.events', 'aws.scheduler'];

/** Puts the function together that keeps the index up to the table. @throws EnvironmentError */
export function startIndexer(variables: Variables, write: WriteLine) {
  const environment = readDataEnvironment(variables);
  const { fhirVersion, baseUrl, tenant, stage } = environment;
  const report = createReport(write);
  const { store, bucket } = openData(environment, fhirParts({ fhirVersion, baseUrl, report }).storage);
  return createIndexerHandler({ store, tenant, stage, overflow: bucket.overflow, write, report, now: Date.now });
}

/**
 * What comes by the stream goes into the index. By schedule, every minute or few: unfinished large transactions are finished or removed, and the index gets
 * what the stream has lost.
 */
export function createIndexerHandler(
  options: IndexerOptions,
): (event: IndexerEvent) => Promise<BatchResponse | undefined> {
  const { store, tenant, stage, overflow, write, report, now } = options;
  const { index, table } = store;
  const onLag = (ms: number) => write(JSON.stringify(lagMetric(ms, stage, now())));
  const indexBatch = createIndexBatch({ index, keys: keysOf(tenant), overflow, onLag, report, now });
  return async (event) => {
    if ('Records' in event) return indexBatch(event.Records);
    if (!SCHEDULES.includes(event.source)) throw new TypeError('This is an event that the indexer does not know.');
    await table.sweep(now() - DEAD_AFTER);
    await store.bringUp(await table.types());
    return undefined;
  };
}

/** CloudWatch makes a metric of it (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html). */
function lagMetric(ms: number, stage: string, timestamp: number): object {
  const metrics = { Namespace: 'fwoa', Dimensions: [['Stage']], Metrics: [{ Name: 'IndexLag', Unit: 'Milliseconds' }] };
  return { _aws: { Timestamp: timestamp, CloudWatchMetrics: [metrics] }, Stage: stage, IndexLag: ms };
}
