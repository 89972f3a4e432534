import type { AwsSettings } from '../config/aws-client.ts';
import { STAGE_TAG, stackName } from '../config/stage.ts';

/** Something of a stage that is there. */
export interface Leftover {
  /** `dynamodb`, `s3`, `cognito-idp`, `kms`, `logs` …: the service, as ARNs name it. */
  readonly service: string;
  /** What it is called there: a table's or bucket's name, a pool's or key's id. */
  readonly name: string;
  readonly arn: string;
}

/**
 * All that there is of a stage in the account and region: what has its tag; and log groups and buckets that have its name, as a log group that a function has
 * made by itself has no tag. A key that is waiting for its deletion is none.
 */
export async function inventory(stage: string, settings: AwsSettings): Promise<readonly Leftover[]> {
  const parts = await Promise.all([
    taggedResources(stage, settings),
    logGroups(stage, settings),
    buckets(stage, settings),
  ]);
  const all = new Map(parts.flat().map((each) => [each.arn.replace(/:\*$/, ''), each]));
  const found: Leftover[] = [];
  for (const each of all.values()) if (await isThere(each, settings)) found.push(each);
  return found.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

async function taggedResources(stage: string, settings: AwsSettings): Promise<readonly Leftover[]> {
  const tagging = await import('@aws-sdk/client-resource-groups-tagging-api');
  const client = new tagging.ResourceGroupsTaggingAPIClient(settings);
  const found: Leftover[] = [];
  try {
    const TagFilters = [{ Key: STAGE_TAG, Values: [stage] }];
    for await (const { ResourceTagMappingList = [] } of tagging.paginateGetResources({ client }, { TagFilters })) {
      for (const { ResourceARN = '' } of ResourceTagMappingList) found.push(leftoverOf(ResourceARN));
    }
    return found;
  } finally {
    client.destroy();
  }
}

async function logGroups(stage: string, settings: AwsSettings): Promise<readonly Leftover[]> {
  const logs = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new logs.CloudWatchLogsClient(settings);
  const found: Leftover[] = [];
  try {
    // With what follows the name: `fwoa-dev-api` is of the stage dev, `fwoa-dev-2-api` is not.
    const names = ['api', 'indexer', 'maintenance'].map((name) => `/aws/lambda/${stackName(stage)}-${name}`);
    for (const logGroupNamePrefix of [...names, `/fwoa/${stackName(stage)}/`]) {
      for await (const { logGroups: page = [] } of logs.paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
        for (const { logGroupName = '', arn = '' } of page) {
          if (names.includes(logGroupNamePrefix) && logGroupName !== logGroupNamePrefix) continue;
          found.push({ service: 'logs', name: logGroupName, arn });
        }
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** Those that CloudFormation has named: `fwoa-dev-bucket…`; the part after the stage is that of the stack's construct. */
async function buckets(stage: string, settings: AwsSettings): Promise<readonly Leftover[]> {
  const { ListBucketsCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client(settings);
  try {
    const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
    // Its hash is asked for too: `fwoa-dev-bucket-bucket…` is of the stage dev-bucket.
    const own = new RegExp(`^${stackName(stage)}-bucket[0-9a-f]{8}-`);
    const names = Buckets.flatMap(({ Name = '' }) => (own.test(Name) ? [Name] : []));
    return names.map((name) => ({ service: 's3', name, arn: `arn:aws:s3:::${name}` }));
  } finally {
    client.destroy();
  }
}

/** @param arn `arn:aws:dynamodb:eu-west-1:111122223333:table/name` */
export function leftoverOf(arn: string): Leftover {
  const [, , service = '', , , ...rest] = arn.split(':');
  const name = rest
    .join(':')
    .replace(/^(table|userpool|key|log-group)[/:]/, '')
    .replace(/:\*$/, '');
  return { service, name, arn };
}

/** The tagging service knows for some time what is gone. */
async function isThere({ service, name }: Leftover, settings: AwsSettings): Promise<boolean> {
  const { isKeyThere, isTableThere, isBucketThere, isUserPoolThere, isLogGroupThere } = await import('./look.ts');
  if (service === 'kms') return isKeyThere(name, settings);
  if (service === 'dynamodb') return isTableThere(name, settings);
  if (service === 's3') return isBucketThere(name, settings);
  if (service === 'cognito-idp') return isUserPoolThere(name, settings);
  if (service === 'logs') return isLogGroupThere(name, settings);
  return true;
}
