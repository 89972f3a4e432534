import type { Item } from '../table/wire/attribute-values.ts';

/** A record of the table's stream, as a function gets it; bytes are base64. */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        /** s since the epoch. */
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly NewImage?: Item | undefined;
      }
    | undefined;
}

/** What was not done of a batch: it comes again, from the first of these on. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
