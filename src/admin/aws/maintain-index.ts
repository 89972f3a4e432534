import type {
  MaintenanceEvent,
  MaintenanceResults,
  ReindexSlice,
} from '../../storage/aws/indexer/maintenance-event.ts';
import type { RetriedAside } from '../../storage/aws/indexer/retry-aside.ts';
import type { TypeVerification } from '../../storage/aws/indexer/verify-index.ts';

/** Asks the stage's maintenance function. */
export type CallMaintenance = <Event extends MaintenanceEvent>(
  event: Event,
) => Promise<MaintenanceResults[Event['action']]>;

export interface MaintainOptions {
  readonly call: CallMaintenance;
  /** Default: all that have ever been written. */
  readonly types?: readonly string[] | undefined;
  /** Types at once; default 2. */
  readonly parallel?: number | undefined;
  /** Called after each call of the function. */
  readonly onProgress?: ((progress: MaintainProgress) => void) | undefined;
}

export interface MaintainProgress {
  /** Types that are done, and all. */
  readonly done: number;
  readonly total: number;
  /** Resources that were written or looked at. */
  readonly items: number;
}

export type ReindexedStageType = Omit<ReindexSlice, 'done'>;

/** Makes the indexes of types anew. Ended half-way and called again, it goes on. @returns by type */
export function reindexStage(options: MaintainOptions): Promise<readonly ReindexedStageType[]> {
  return eachType(options, async (type, progress) => {
    let [written, refused] = [0, 0];
    for (;;) {
      const slice = await options.call({ action: 'reindex', type });
      written += slice.written;
      refused += slice.refused;
      progress(slice.written);
      if (slice.done) return { type, written, refused };
    }
  });
}

export interface VerifyStageOptions extends MaintainOptions {
  /** Repair what differs. */
  readonly fix: boolean;
  /** Of all resources so many are looked at, from 0 to 1. */
  readonly sample: number;
}

export type VerifiedStageType = Omit<TypeVerification, 'next'>;

const EXAMPLES = 10;

/** Compares the indexes with the table. @returns by type */
export function verifyStage(options: VerifyStageOptions): Promise<readonly VerifiedStageType[]> {
  const { call, fix, sample } = options;
  return eachType(options, async (type, progress) => {
    let sum: VerifiedStageType = { type, checked: 0, missing: 0, behind: 0, ahead: 0, fixed: 0, examples: [] };
    for (let since: number | undefined = 0; since !== undefined; ) {
      const slice: TypeVerification = await call({ action: 'verify', type, fix, sample, since });
      progress(slice.checked);
      sum = {
        type,
        checked: sum.checked + slice.checked,
        missing: sum.missing + slice.missing,
        behind: sum.behind + slice.behind,
        ahead: sum.ahead + slice.ahead,
        fixed: sum.fixed + slice.fixed,
        examples: [...sum.examples, ...slice.examples].slice(0, EXAMPLES),
      };
      since = slice.next;
    }
    return sum;
  });
}

/** Puts in what was not taken when it was written, and what the stream has lost. */
export async function retryStage({ call, types }: Pick<MaintainOptions, 'call' | 'types'>): Promise<RetriedAside> {
  await call({ action: 'catch-up', types: types ?? (await call({ action: 'types' })) });
  return call({ action: 'retry-aside', types });
}

async function eachType<Result extends { readonly type: string }>(
  { call, parallel = 2, onProgress, ...options }: MaintainOptions,
  work: (type: string, progress: (items: number) => void) => Promise<Result>,
): Promise<readonly Result[]> {
  const types = options.types ?? (await call({ action: 'types' }));
  const waiting = [...types];
  const results: Result[] = [];
  let items = 0;
  const tell = () => onProgress?.({ done: results.length, total: types.length, items });
  const worker = async () => {
    for (let type = waiting.shift(); type !== undefined; type = waiting.shift()) {
      results.push(
        await work(type, (more) => {
          items += more;
          tell();
        }),
      );
      tell();
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results.sort((a, b) => (a.type < b.type ? -1 : 1));
}
