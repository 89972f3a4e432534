import type { AwsSettings } from '../config/aws-client.ts';
import type { StageStack } from '../config/find-stage.ts';
import { stackName } from '../config/stage.ts';

/** s that a removal may take. */
const PATIENCE = 3600;

/** Of these nothing can be made but by removing them first: the first deployment failed, and was taken back. */
const DEAD = /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|REVIEW_IN_PROGRESS)$/;

/** Whether a stack never came to be: all that was in it was taken back. */
export function isDead({ status }: Pick<StageStack, 'status'>): boolean {
  return DEAD.test(status);
}

/** Removes a stack that never came to be. @returns whether there was one */
export async function removeFailedStack(stage: string, stack: StageStack, settings: AwsSettings): Promise<boolean> {
  if (!isDead(stack)) return false;
  const cloudFormation = await import('@aws-sdk/client-cloudformation');
  const client = new cloudFormation.CloudFormationClient(settings);
  const StackName = stackName(stage);
  try {
    await client.send(new cloudFormation.DeleteStackCommand({ StackName }));
    await cloudFormation.waitUntilStackDeleteComplete({ client, maxWaitTime: PATIENCE, minDelay: 1 }, { StackName });
    return true;
  } finally {
    client.destroy();
  }
}
