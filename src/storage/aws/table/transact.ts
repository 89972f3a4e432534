import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import type { TableContext } from './table-context.ts';
import type { Item } from './wire/attribute-values.ts';
import type { Deadline, Input } from './wire/dynamo.ts';
import { type DynamoError, failureOf, isCancelled } from './wire/dynamo-error.ts';

/** The most items of a transaction. */
export const MOST_ITEMS = 100;

/** A part whose condition did not hold. */
export interface FailedPart {
  readonly index: number;
  /** What is there, when the part asked for it. */
  readonly item: Item | undefined;
}

/**
 * Carries out a transaction: again with the same token where the answer was lost, so that it is carried out once; anew where others were at the
 * same items.
 *
 * @param parts Called for each new attempt.
 * @returns the parts whose conditions did not hold; none: it is done
 */
export async function transact(
  { dynamo }: TableContext,
  parts: () => readonly Input[],
  deadline: Deadline,
): Promise<readonly FailedPart[]> {
  for (let tries = 0; ; tries++) {
    try {
      const input = { TransactItems: parts(), ClientRequestToken: randomUUID() };
      await dynamo.call('TransactWriteItems', input, deadline);
      return [];
    } catch (error) {
      if (!isCancelled(error)) throw error;
      const failed = failedParts(error);
      if (failed.length > 0) return failed;
      if (!mayTryAgain(error)) throw error;
    }
    const delay = Math.random() * Math.min(500, 10 * 2 ** tries);
    if (performance.now() + delay > deadline) throw new StoreUnavailableError('throttled', 2);
    await sleep(delay);
  }
}

function failedParts({ reasons }: DynamoError): readonly FailedPart[] {
  return reasons.flatMap(({ Code, Item: item }, index) => (Code === 'ConditionalCheckFailed' ? [{ index, item }] : []));
}

function mayTryAgain({ reasons }: DynamoError): boolean {
  return reasons.some(({ Code = '' }) => failureOf(Code, 0) !== undefined);
}
