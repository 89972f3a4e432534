import type { Stack } from '@aws-sdk/client-cloudformation';
import { type AwsSettings, explainAwsError } from './aws-client.ts';
import { Problem } from './problem.ts';
import { readStageOutputs, STAGE_TAG, type StageOutputs, stackName } from './stage.ts';

/** A stage's stack, as CloudFormation knows it. */
export interface StageStack {
  readonly id: string;
  /** `CREATE_COMPLETE`, `ROLLBACK_COMPLETE` … */
  readonly status: string;
  readonly reason: string | undefined;
  /** ms since the epoch. */
  readonly changedAt: number | undefined;
  /** Undefined of one that is half there, or not of this version. */
  readonly outputs: StageOutputs | undefined;
  /** Those there are, of whatever version. */
  readonly someOutputs: Partial<StageOutputs>;
}

/** A stage's stack; undefined when there is none. @throws Problem */
export async function describeStage(stage: string, settings: AwsSettings): Promise<StageStack | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName(stage) }));
    return stack === undefined || stack.StackStatus === 'DELETE_COMPLETE' ? undefined : stageStack(stack);
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw explainAwsError(error, settings);
  } finally {
    client.destroy();
  }
}

function stageStack(stack: Stack): StageStack {
  const outputs = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]),
  );
  return {
    id: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason,
    changedAt: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime(),
    outputs: readStageOutputs(outputs),
    someOutputs: outputs as Partial<StageOutputs>,
  };
}

/** What a stage's stack puts out. @throws Problem when there is no such stage, or it is not whole */
export async function findStage(stage: string, settings: AwsSettings): Promise<StageOutputs> {
  const stack = await describeStage(stage, settings);
  const flags = stage === 'dev' ? '' : ` --stage ${stage}`;
  if (stack === undefined) {
    throw new Problem('not-deployed', {
      what: `There is no stage ${stage} in ${settings.region}.`,
      why: await otherStages(settings),
      next: `To make it: fwoa deploy${flags}. Another region: --region; the local server: --local.`,
    });
  }
  if (stack.outputs === undefined) {
    throw new Problem('stage-not-whole', {
      what: `The stage ${stage} is not whole: ${stack.status}.`,
      next: `To repair it, or bring it to this version: fwoa deploy${flags}`,
    });
  }
  return stack.outputs;
}

/** The stages that there are in the region, in words; what can't be learnt is left out. */
async function otherStages(settings: AwsSettings): Promise<string | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    const names = Stacks.flatMap(({ Tags = [] }) =>
      Tags.flatMap(({ Key, Value }) => (Key === STAGE_TAG && Value ? [Value] : [])),
    );
    return names.length === 0 ? undefined : `There are: ${[...new Set(names)].sort().join(', ')}.`;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
