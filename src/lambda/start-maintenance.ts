import type { MaintenanceEvent, MaintenanceResult } from '../storage/aws/indexer/maintenance-event.ts';
import { reindex } from '../storage/aws/indexer/reindex.ts';
import { retryAside } from '../storage/aws/indexer/retry-aside.ts';
import { verifyIndex } from '../storage/aws/indexer/verify-index.ts';
import type { AwsStore } from '../storage/aws/open-aws-store.ts';
import type { StorageParts } from '../storage/storage-parts.ts';
import { readDataEnvironment, type Variables } from './environment.ts';
import { createReport, type WriteLine } from './log-line.ts';
import { openData } from './open-data.ts';
import { fhirParts } from './storage-parts.ts';

export interface MaintenanceOptions {
  readonly store: Pick<AwsStore, 'index' | 'table' | 'aside' | 'bringUp'>;
  readonly parts: StorageParts;
  readonly report: (error: unknown) => void;
  /** ms since the epoch. */
  readonly now: () => number;
  /** ms after which a call ends with what it has done; default 45,000: a connection that is silent for minutes is cut on its way. */
  readonly slice?: number | undefined;
}

const SLICE = 45_000;

/** Puts the function together that looks after the index: only a function of the stage may reach it. @throws EnvironmentError */
export function startMaintenance(variables: Variables, write: WriteLine) {
  const environment = readDataEnvironment(variables);
  const { fhirVersion, baseUrl } = environment;
  const report = createReport(write);
  const parts = fhirParts({ fhirVersion, baseUrl, report }).storage;
  const { store } = openData(environment, parts);
  return createMaintenanceHandler({ store, parts, report, now: Date.now });
}

/** Carries out what an admin asks for. What fails is in the function's log; whoever has called is told its kind alone. */
export function createMaintenanceHandler(
  options: MaintenanceOptions,
): (event: MaintenanceEvent) => Promise<MaintenanceResult> {
  const { store, parts, report, now, slice = SLICE } = options;
  const { table, index, aside } = store;

  async function answer(event: MaintenanceEvent): Promise<MaintenanceResult> {
    const end = now() + slice;
    const isOver = () => now() >= end;
    switch (event.action) {
      case 'types':
        return table.types();
      case 'catch-up':
        await store.bringUp(event.types);
        return null;
      case 'reindex': {
        const { type } = event;
        const { send, indices } = index;
        const [result] = await reindex({ ...parts, table, send, indices, types: [type], isOver, now });
        const { written = 0, done = true, poison = [] } = result ?? {};
        for (const each of poison) await aside.add(each);
        return { type, written, done, refused: poison.length };
      }
      case 'retry-aside':
        return retryAside({ table, index, aside, types: event.types });
      case 'verify': {
        const { type, fix, sample, since } = event;
        const [result] = await verifyIndex({ table, index, types: [type], fix, sample, since, isOver });
        return result ?? { type, checked: 0, missing: 0, behind: 0, ahead: 0, fixed: 0, examples: [] };
      }
      default:
        throw new TypeError('This is an event that the maintenance does not know.');
    }
  }

  return async (event) => {
    try {
      return await answer(event);
    } catch (error) {
      report(error);
      // The function's answer to whoever called: no message of an engine's goes out.
      throw new Error(`The index could not be looked after: ${error instanceof Error ? error.name : 'Error'}.`);
    }
  };
}
