import type { AwsSettings } from '../config/aws-client.ts';
import { removeBucket } from './empty-bucket.ts';
import type { Leftover } from './inventory.ts';

/** Days in which a key can be called back: the least that AWS takes. */
export const KEY_DAYS = 7;

/** Removes what holds data and is in no stack any more; a protection against deletion is taken off before. What it does not know it leaves. */
export async function removeLeftover({ service, name }: Leftover, settings: AwsSettings): Promise<void> {
  if (service === 'dynamodb') return removeTable(name, settings);
  if (service === 's3') return removeBucketOf(name, settings);
  if (service === 'cognito-idp') return removeUserPool(name, settings);
  if (service === 'kms') return scheduleKeyDeletion(name, settings);
  if (service === 'logs') return removeLogGroup(name, settings);
  return undefined;
}

/** Takes the protection off what a stack is about to remove. What is not there is no error. */
export async function unprotect(
  { table, userPool }: { readonly table?: string | undefined; readonly userPool?: string | undefined },
  settings: AwsSettings,
): Promise<void> {
  if (table !== undefined) await unprotectTable(table, settings);
  if (userPool !== undefined) await unprotectUserPool(userPool, settings);
}

async function unprotectTable(TableName: string, settings: AwsSettings): Promise<void> {
  const { DynamoDBClient, UpdateTableCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(settings);
  await gone(() => client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))).finally(() =>
    client.destroy(),
  );
}

async function unprotectUserPool(UserPoolId: string, settings: AwsSettings): Promise<void> {
  const cognito = await import('@aws-sdk/client-cognito-identity-provider');
  const client = new cognito.CognitoIdentityProviderClient(settings);
  try {
    await gone(async () => {
      const { UserPool } = await client.send(new cognito.DescribeUserPoolCommand({ UserPoolId }));
      if (UserPool?.DeletionProtection !== 'ACTIVE') return;
      await client.send(
        // What is not said goes back to its default; nobody needs it any more.
        new cognito.UpdateUserPoolCommand({ UserPoolId, DeletionProtection: 'INACTIVE' }),
      );
    });
  } finally {
    client.destroy();
  }
}

async function removeTable(TableName: string, settings: AwsSettings): Promise<void> {
  await unprotectTable(TableName, settings);
  const { DeleteTableCommand, DynamoDBClient, waitUntilTableNotExists } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(settings);
  try {
    await gone(() => client.send(new DeleteTableCommand({ TableName })));
    await waitUntilTableNotExists({ client, maxWaitTime: 600, minDelay: 1 }, { TableName });
  } finally {
    client.destroy();
  }
}

async function removeBucketOf(name: string, settings: AwsSettings): Promise<void> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ ...settings, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  await removeBucket(client, name).finally(() => client.destroy());
}

async function removeUserPool(UserPoolId: string, settings: AwsSettings): Promise<void> {
  await unprotectUserPool(UserPoolId, settings);
  const cognito = await import('@aws-sdk/client-cognito-identity-provider');
  const client = new cognito.CognitoIdentityProviderClient(settings);
  try {
    await gone(async () => {
      const { UserPool } = await client.send(new cognito.DescribeUserPoolCommand({ UserPoolId }));
      // A pool with a domain can't go.
      if (UserPool?.Domain)
        await client.send(new cognito.DeleteUserPoolDomainCommand({ UserPoolId, Domain: UserPool.Domain }));
      await client.send(new cognito.DeleteUserPoolCommand({ UserPoolId }));
    });
  } finally {
    client.destroy();
  }
}

async function scheduleKeyDeletion(KeyId: string, settings: AwsSettings): Promise<void> {
  const { KMSClient, ScheduleKeyDeletionCommand } = await import('@aws-sdk/client-kms');
  const client = new KMSClient(settings);
  await gone(() => client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: KEY_DAYS }))).finally(() =>
    client.destroy(),
  );
}

async function removeLogGroup(logGroupName: string, settings: AwsSettings): Promise<void> {
  const { CloudWatchLogsClient, DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(settings);
  await gone(() => client.send(new DeleteLogGroupCommand({ logGroupName }))).finally(() => client.destroy());
}

/** What is gone already need not be removed. */
async function gone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && /NotFound|NoSuch|KMSInvalidStateException/.test(error.name))) throw error;
  }
}
