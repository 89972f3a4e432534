import type { AwsSettings } from '../config/aws-client.ts';

/** What a service says of a thing that is not there. */
const GONE = /^(ResourceNotFoundException|NotFoundException|NotFound|NoSuchBucket|404)$/;

async function there(look: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await look()) !== false;
  } catch (error) {
    if (error instanceof Error && GONE.test(error.name)) return false;
    throw error;
  }
}

/** One that waits for its deletion is not there any more. */
export async function isKeyThere(KeyId: string, settings: AwsSettings): Promise<boolean> {
  const { DescribeKeyCommand, KMSClient } = await import('@aws-sdk/client-kms');
  const client = new KMSClient(settings);
  return there(async () => {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    return KeyMetadata?.KeyState !== 'PendingDeletion';
  }).finally(() => client.destroy());
}

export async function isTableThere(TableName: string, settings: AwsSettings): Promise<boolean> {
  const { DescribeTableCommand, DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(settings);
  return there(() => client.send(new DescribeTableCommand({ TableName }))).finally(() => client.destroy());
}

export async function isBucketThere(Bucket: string, settings: AwsSettings): Promise<boolean> {
  const { HeadBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ ...settings, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  return there(() => client.send(new HeadBucketCommand({ Bucket }))).finally(() => client.destroy());
}

export async function isUserPoolThere(UserPoolId: string, settings: AwsSettings): Promise<boolean> {
  const { CognitoIdentityProviderClient, DescribeUserPoolCommand } = await import(
    '@aws-sdk/client-cognito-identity-provider'
  );
  const client = new CognitoIdentityProviderClient(settings);
  return there(() => client.send(new DescribeUserPoolCommand({ UserPoolId }))).finally(() => client.destroy());
}

export async function isLogGroupThere(name: string, settings: AwsSettings): Promise<boolean> {
  const { CloudWatchLogsClient, DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(settings);
  return there(async () => {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    return logGroups.some(({ logGroupName }) => logGroupName === name);
  }).finally(() => client.destroy());
}
