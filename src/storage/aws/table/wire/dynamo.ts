import type { Item } from './attribute-values.ts';

/** What this store asks of DynamoDB. */
export type Operation =
  | 'BatchGetItem'
  | 'CreateTable'
  | 'DeleteItem'
  | 'DeleteTable'
  | 'DescribeTable'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'TransactWriteItems'
  | 'UpdateItem'
  | 'UpdateTimeToLive';

export type Input = Readonly<Record<string, unknown>>;

/** The parts of DynamoDB's answers that are looked at. */
export interface Answer {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
  readonly Table?: { readonly TableStatus?: string; readonly LatestStreamArn?: string };
}

/** A moment, in ms of `performance.now()`, after which nothing is tried again. */
export type Deadline = number;

/** DynamoDB, as the table needs it. */
export interface Dynamo {
  /**
   * Asks, and asks again after throttles and failures of the network, with jitter, until the deadline.
   *
   * @param input A function is called for each attempt.
   * @throws DynamoError when it refuses
   * @throws StoreUnavailableError after the deadline
   */
  call(operation: Operation, input: Input | (() => Input), deadline: Deadline): Promise<Answer>;
  close(): void;
}
