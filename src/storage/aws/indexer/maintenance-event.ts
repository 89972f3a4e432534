import type { RetriedAside } from './retry-aside.ts';
import type { TypeVerification } from './verify-index.ts';

/** What an admin asks of the index, by invoking the function; each call takes a minute at most, and says whether there is more to do. */
export type MaintenanceEvent =
  | { readonly action: 'types' }
  /** Brings the index of these types up to the table, as every minute's schedule does. */
  | { readonly action: 'catch-up'; readonly types: readonly string[] }
  | { readonly action: 'reindex'; readonly type: string }
  | { readonly action: 'retry-aside'; readonly types?: readonly string[] | undefined }
  | {
      readonly action: 'verify';
      readonly type: string;
      readonly fix?: boolean | undefined;
      /** Of all resources so many are looked at, from 0 to 1. */
      readonly sample?: number | undefined;
      /** Where the last call has ended. */
      readonly since?: number | undefined;
    };

/** What became of a part of a type's new index. */
export interface ReindexSlice {
  readonly type: string;
  /** Resources, in this call. */
  readonly written: number;
  /** Searches see the new index. False: call again. */
  readonly done: boolean;
  /** How many of `written` OpenSearch did not take; they are set aside. */
  readonly refused: number;
}

/** What the function answers each action. */
export interface MaintenanceResults {
  readonly types: readonly string[];
  readonly 'catch-up': null;
  readonly reindex: ReindexSlice;
  readonly 'retry-aside': RetriedAside;
  readonly verify: TypeVerification;
}

export type MaintenanceResult = MaintenanceResults[keyof MaintenanceResults];
