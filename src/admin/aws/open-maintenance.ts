import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsSettings } from '../../config/aws-client.ts';
import { Problem } from '../../config/problem.ts';
import type { StageOutputs } from '../../config/stage.ts';
import type { CallMaintenance } from './maintain-index.ts';

/** A stage's maintenance function, and the queue of batches that were given up. */
export interface StageMaintenance {
  readonly call: CallMaintenance;
  readonly emptyQueue: () => Promise<void>;
  readonly close: () => void;
}

/** Opens the maintenance of a stage. Nothing is sent before it is used. */
export function stageMaintenance(
  { MaintenanceFunction, SetAsideQueueUrl }: Pick<StageOutputs, 'MaintenanceFunction' | 'SetAsideQueueUrl'>,
  settings: AwsSettings,
): StageMaintenance {
  const lambda = new LambdaClient(settings);
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  return {
    async call(event) {
      const answer = await lambda.send(
        new InvokeCommand({ FunctionName: MaintenanceFunction, Payload: JSON.stringify(event) }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString();
      if (answer.FunctionError === undefined) return text === '' ? null : JSON.parse(text);
      throw new Problem('maintenance-failed', {
        what: `The function ${MaintenanceFunction} could not look after the index.`,
        why: messageOf(text),
        next: 'What went wrong is in its log: fwoa logs --function maintenance. To go on where it was, run the command again.',
      });
    },
    async emptyQueue() {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: SetAsideQueueUrl }));
    },
    close() {
      lambda.destroy();
      sqs.destroy();
    },
  };
}

/** What the function says of its failure; of one that the platform ended, that. */
function messageOf(payload: string): string | undefined {
  try {
    const { errorMessage } = JSON.parse(payload) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}
