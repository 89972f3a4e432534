import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsSettings } from '../config/aws-client.ts';
import { Problem } from '../config/problem.ts';

/** A resource of a stack that is there. */
export interface StackResource {
  readonly type: string;
  /** Its name or id in its service. */
  readonly id: string;
  readonly logicalId: string;
}

/** ms between two looks at a removal. */
const LOOK_EVERY = 2000;

/** What a stack holds, also one that is half made or half removed. */
export async function stackResources(StackName: string, settings: AwsSettings): Promise<readonly StackResource[]> {
  const cloudFormation = await import('@aws-sdk/client-cloudformation');
  const client = new cloudFormation.CloudFormationClient(settings);
  const found: StackResource[] = [];
  try {
    for await (const { StackResourceSummaries = [] } of cloudFormation.paginateListStackResources(
      { client },
      { StackName },
    )) {
      for (const {
        ResourceType = '',
        PhysicalResourceId,
        LogicalResourceId = '',
        ResourceStatus = '',
      } of StackResourceSummaries) {
        if (PhysicalResourceId === undefined || ResourceStatus === 'DELETE_COMPLETE') continue;
        found.push({ type: ResourceType, id: PhysicalResourceId, logicalId: LogicalResourceId });
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}

/**
 * Removes a stack, and waits until it is gone.
 *
 * @param stack its id: the name is nobody's once it is gone
 * @param onLeft told how many resources are left
 * @throws Problem when AWS can't remove something
 */
export async function deleteStack(stack: string, settings: AwsSettings, onLeft: (left: number) => void): Promise<void> {
  const { CloudFormationClient, DeleteStackCommand, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient(settings);
  try {
    await client.send(new DeleteStackCommand({ StackName: stack }));
    for (;;) {
      const status = await client.send(new DescribeStacksCommand({ StackName: stack })).then(
        ({ Stacks: [found] = [] }) => found?.StackStatus ?? 'DELETE_COMPLETE',
        (error: unknown) => {
          if (error instanceof Error && /does not exist/.test(error.message)) return 'DELETE_COMPLETE';
          throw error;
        },
      );
      if (status === 'DELETE_COMPLETE') return;
      const left = await stackResources(stack, settings).catch(() => []);
      onLeft(left.length);
      if (status === 'DELETE_FAILED') {
        const names = left.map(({ type, logicalId }) => `${type} ${logicalId}`).join(', ');
        throw new Problem('removal-failed', {
          what: `AWS could not remove everything: ${names}.`,
          why: await failureOf(stack, settings),
          next: 'Put the reason right, and run the same command again.',
        });
      }
      await sleep(LOOK_EVERY);
    }
  } finally {
    client.destroy();
  }
}

/** Why a resource could not be removed. */
async function failureOf(StackName: string, settings: AwsSettings): Promise<string | undefined> {
  const { CloudFormationClient, DescribeStackEventsCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(settings);
  try {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
    return StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED')?.ResourceStatusReason;
  } finally {
    client.destroy();
  }
}
