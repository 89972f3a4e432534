import type { AwsSettings } from '../../config/aws-client.ts';
import type { StageStack } from '../../config/find-stage.ts';
import { type StageOutputs, stackName } from '../../config/stage.ts';

/** How a stage is. What could not be learnt is undefined, and `unknown` says why. */
export interface StageStatus {
  /** CloudFormation's word: `UPDATE_COMPLETE`. */
  readonly state: string;
  /** ms since the epoch. */
  readonly changedAt: number | undefined;
  readonly outputs: StageOutputs | undefined;
  /** Of `/metadata`. */
  readonly answer: { readonly status: number; readonly ms: number } | undefined;
  /** The names of those that ring. */
  readonly alarms: readonly string[] | undefined;
  /** How far search was behind the data at most in the last quarter of an hour, ms; undefined: nothing was written, or it is not known. */
  readonly indexLag: number | undefined;
  /** Batches of the stream that were given up. */
  readonly setAside: number | undefined;
  readonly users: number | undefined;
  readonly unknown: readonly string[];
  /** All is as it should be. */
  readonly healthy: boolean;
}

/** ms for the server to answer: with the start of a function. */
const ANSWER_WITHIN = 15_000;
const LAG_SINCE = 15 * 60_000;

/** Asks all parts at once; one that does not answer is no reason not to tell of the others. */
export async function stageStatus(stage: string, stack: StageStack, settings: AwsSettings): Promise<StageStatus> {
  const { outputs } = stack;
  const unknown: string[] = [];
  const asked = async <T>(what: string, ask: (outputs: StageOutputs) => Promise<T>): Promise<T | undefined> => {
    if (outputs === undefined) return undefined;
    try {
      return await ask(outputs);
    } catch (error) {
      unknown.push(`${what}: ${error instanceof Error ? error.name : 'error'}`);
      return undefined;
    }
  };
  const [answer, alarms, indexLag, setAside, users] = await Promise.all([
    asked('the server', ({ Url }) => answerOf(Url)),
    asked('alarms', () => ringing(stage, settings)),
    asked('index lag', () => lagOf(stage, settings)),
    asked('set aside', ({ SetAsideQueueUrl }) => waitingIn(SetAsideQueueUrl, settings)),
    asked('users', ({ UserPoolId }) => usersOf(UserPoolId, settings)),
  ]);
  const whole = outputs !== undefined && /_COMPLETE$/.test(stack.status) && !/^(ROLLBACK|DELETE)/.test(stack.status);
  const healthy = whole && answer?.status === 200 && (alarms ?? []).length === 0 && (setAside ?? 0) === 0;
  const { status: state, changedAt } = stack;
  return { state, changedAt, outputs, answer, alarms, indexLag, setAside, users, unknown, healthy };
}

async function answerOf(url: string): Promise<{ readonly status: number; readonly ms: number }> {
  const begin = performance.now();
  const { status } = await fetch(`${url}/metadata`, { signal: AbortSignal.timeout(ANSWER_WITHIN) });
  return { status, ms: Math.round(performance.now() - begin) };
}

async function ringing(stage: string, settings: AwsSettings): Promise<readonly string[]> {
  const cloudWatch = await import('@aws-sdk/client-cloudwatch');
  const client = new cloudWatch.CloudWatchClient(settings);
  const AlarmNamePrefix = `${stackName(stage)}-`;
  try {
    const names: string[] = [];
    for await (const { MetricAlarms = [] } of cloudWatch.paginateDescribeAlarms(
      { client },
      { AlarmNamePrefix, StateValue: 'ALARM' },
    )) {
      // Those of the stage dev-2 begin with fwoa-dev- too; theirs go to another topic.
      for (const { AlarmName = '', AlarmActions = [] } of MetricAlarms) {
        if (AlarmActions.some((arn) => arn.endsWith(`:${stackName(stage)}-alarms`))) names.push(AlarmName);
      }
    }
    return names.sort();
  } finally {
    client.destroy();
  }
}

async function lagOf(stage: string, settings: AwsSettings): Promise<number | undefined> {
  const { CloudWatchClient, GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient(settings);
  const now = Date.now();
  try {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'fwoa',
        MetricName: 'IndexLag',
        Dimensions: [{ Name: 'Stage', Value: stage }],
        StartTime: new Date(now - LAG_SINCE),
        EndTime: new Date(now),
        Period: 300,
        Statistics: ['Maximum'],
      }),
    );
    const values = Datapoints.flatMap(({ Maximum }) => Maximum ?? []);
    return values.length === 0 ? undefined : Math.max(...values);
  } finally {
    client.destroy();
  }
}

async function waitingIn(QueueUrl: string, settings: AwsSettings): Promise<number> {
  const { GetQueueAttributesCommand, SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  try {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  } finally {
    client.destroy();
  }
}

async function usersOf(UserPoolId: string, settings: AwsSettings): Promise<number> {
  const { CognitoIdentityProviderClient, DescribeUserPoolCommand } = await import(
    '@aws-sdk/client-cognito-identity-provider'
  );
  const client = new CognitoIdentityProviderClient(settings);
  try {
    const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
    return UserPool?.EstimatedNumberOfUsers ?? 0;
  } finally {
    client.destroy();
  }
}
