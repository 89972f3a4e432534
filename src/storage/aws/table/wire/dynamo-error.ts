import type { Item } from './attribute-values.ts';

/** Why one of the items of a transaction held it up. */
export interface CancellationReason {
  readonly Code?: string;
  readonly Item?: Item;
}

/** DynamoDB refused a request. Its own text is not kept: it may quote keys. */
export class DynamoError extends Error {
  override readonly name = 'DynamoError';
  /** Such as `ConditionalCheckFailedException`. */
  readonly code: string;
  readonly reasons: readonly CancellationReason[];
  /** The item that a condition did not hold for, as it is. */
  readonly item: Item | undefined;

  constructor(
    operation: string,
    code: string,
    status: number,
    item?: Item,
    reasons: readonly CancellationReason[] = [],
  ) {
    super(`DynamoDB answered ${operation} by ${code} (${status}).`);
    this.code = code;
    this.item = item;
    this.reasons = reasons;
  }
}

/** What may be tried again, and why it was not done: `lost` may have been done all the same. */
export type Failure = 'throttled' | 'contended' | 'lost';

const THROTTLED: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'ThrottlingException',
  'ThrottlingError',
  'RequestLimitExceeded',
  'LimitExceededException',
  'ReplicatedWriteConflictException',
]);

const CONTENDED: ReadonlySet<string> = new Set(['TransactionConflictException', 'TransactionConflict']);

/** Undefined: trying again would not help. */
export function failureOf(code: string, status: number): Failure | undefined {
  if (THROTTLED.has(code)) return 'throttled';
  if (CONTENDED.has(code)) return 'contended';
  if (code === 'TransactionInProgressException' || status >= 500 || code === 'RequestTimeout') return 'lost';
  return undefined;
}

/** A condition on a single item did not hold. */
export function isConditionFailed(error: unknown): error is DynamoError {
  return error instanceof DynamoError && error.code === 'ConditionalCheckFailedException';
}

/** A transaction was not carried out. */
export function isCancelled(error: unknown): error is DynamoError {
  return error instanceof DynamoError && error.code === 'TransactionCanceledException';
}
