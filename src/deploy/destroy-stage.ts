import type { AwsSettings } from '../config/aws-client.ts';
import type { StageStack } from '../config/find-stage.ts';
import { stackName } from '../config/stage.ts';
import { deleteStack, stackResources } from './delete-stack.ts';
import { inventory, type Leftover } from './inventory.ts';
import { removeClientKeys } from './remove-client-keys.ts';
import { removeLeftover, unprotect } from './remove-leftovers.ts';

export interface DestroyRequest {
  readonly stage: string;
  /** Undefined when there is none: then what it has left is removed. */
  readonly stack: StageStack | undefined;
  /** Table, bucket, user pool, key and audit log stay. */
  readonly keepData: boolean;
  /** Makes the stack leave its data behind, by deploying it so. */
  readonly releaseData: () => Promise<void>;
  /** Told what is being done. */
  readonly onStep: (text: string) => void;
  /** Told how many resources of the stack are left. */
  readonly onLeft: (left: number) => void;
}

/** Services whose things hold data, and outlive a stack that was told to leave them. */
const DATA: ReadonlySet<string> = new Set(['dynamodb', 's3', 'cognito-idp', 'kms', 'logs']);

/**
 * Takes a stage away: client systems, contents, stack, logs. Each step looks at what is there, so that one that was interrupted, or a stack that is
 * half made or half removed, goes on from where it is.
 *
 * @returns what is there afterwards; with `keepData` that is the data
 */
export async function destroyStage(request: DestroyRequest, settings: AwsSettings): Promise<readonly Leftover[]> {
  const { stage, stack, keepData, onStep } = request;
  onStep('Removing client systems.');
  await removeClientKeys(stage, settings);
  if (stack !== undefined) {
    if (keepData) {
      onStep('Taking the data out of the stack.');
      await request.releaseData();
    } else await makeRemovable(stage, settings, onStep);
    onStep('Removing the stack.');
    await deleteStack(stack.id, settings, request.onLeft);
  }
  const left = await inventory(stage, settings);
  if (keepData) return left;
  for (const each of left) {
    if (!DATA.has(each.service)) continue;
    onStep(`Removing ${each.service} ${each.name}.`);
    await removeLeftover(each, settings);
  }
  return inventory(stage, settings);
}

/** Takes protections off, and empties the bucket, of a stack that is whole or not. */
async function makeRemovable(stage: string, settings: AwsSettings, onStep: (text: string) => void): Promise<void> {
  const resources = await stackResources(stackName(stage), settings);
  const idOf = (type: string) => resources.find((each) => each.type === type)?.id;
  await unprotect({ table: idOf('AWS::DynamoDB::Table'), userPool: idOf('AWS::Cognito::UserPool') }, settings);
  const bucket = idOf('AWS::S3::Bucket');
  if (bucket === undefined) return;
  onStep('Emptying the bucket, all versions.');
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { emptyBucket } = await import('./empty-bucket.ts');
  const client = new S3Client({ ...settings, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  try {
    await emptyBucket(client, bucket);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchBucket')) throw error;
  } finally {
    client.destroy();
  }
}

/** What would be lost, as AWS counts it about. */
export async function holdings(
  { table, userPool }: { readonly table: string | undefined; readonly userPool: string | undefined },
  settings: AwsSettings,
): Promise<{ readonly items: number; readonly users: number }> {
  const [{ DescribeTableCommand, DynamoDBClient }, cognito] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-cognito-identity-provider'),
  ]);
  const dynamo = new DynamoDBClient(settings);
  const pools = new cognito.CognitoIdentityProviderClient(settings);
  try {
    const [items, users] = await Promise.all([
      table === undefined
        ? 0
        : dynamo.send(new DescribeTableCommand({ TableName: table })).then(
            ({ Table }) => Table?.ItemCount ?? 0,
            () => 0,
          ),
      userPool === undefined
        ? 0
        : pools.send(new cognito.DescribeUserPoolCommand({ UserPoolId: userPool })).then(
            ({ UserPool }) => UserPool?.EstimatedNumberOfUsers ?? 0,
            () => 0,
          ),
    ]);
    return { items, users };
  } finally {
    dynamo.destroy();
    pools.destroy();
  }
}
