import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  APIGatewayClient,
  GetApiKeysCommand,
  GetRestApisCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, paginateListStacks } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { startEngine } from '../engines/restartable.ts';
import type { Ended } from './fwoa-process.ts';

const EXECUTABLE = fileURLToPath(new URL('../../dist/fwoa.js', import.meta.url));
const REGION = 'eu-central-1';

/** An AWS account that is an emulator's, with nothing in it, and a folder to run `fwoa` in. */
export interface EmulatedAccount {
  readonly folder: string;
  readonly url: string;
  /** Runs a command; what it is given on stdin, line by line. */
  fwoa(typed: string, stdin?: string): Promise<Ended>;
  /** Writes `fwoa.config.ts`. */
  configure(deploy: object): void;
  /** What there is, by kind. */
  inventory(): Promise<Readonly<Record<string, readonly string[]>>>;
  readonly settings: object;
  close(): Promise<void>;
}

/** @param search the URL of a real OpenSearch */
export async function openEmulatedAccount(search: string): Promise<EmulatedAccount> {
  const folder = mkdtempSync(join(tmpdir(), 'fwoa-account-'));
  const engine = await startEngine('aws', { persistent: folder });
  // Another key is another account to the CDK, which remembers them.
  const key = `test${randomBytes(6).toString('hex')}`;
  const credentials = { accessKeyId: key, secretAccessKey: 'test' };
  const settings = { region: REGION, endpoint: engine.url, credentials };
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: engine.url,
    AWS_ENDPOINT_URL_S3: engine.url,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    HOME: folder,
    CI: '1',
  };
  return {
    folder,
    url: engine.url,
    settings,
    async fwoa(typed, stdin = '') {
      const child = spawn(process.execPath, [EXECUTABLE, ...typed.split(' ')], { cwd: folder, env });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      child.stdin.end(stdin);
      const [code] = await once(child, 'close');
      return { code, out, err };
    },
    configure(deploy) {
      const config = { deploy: { search: { existing: { endpoint: search, signedFor: 'none' } }, ...deploy } };
      writeFileSync(join(folder, 'fwoa.config.ts'), `export default ${JSON.stringify(config)};\n`);
    },
    inventory: () => inventoryOf(settings),
    async close() {
      await engine.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function inventoryOf(settings: object): Promise<Readonly<Record<string, readonly string[]>>> {
  const stacks: string[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client: new CloudFormationClient(settings) }, {})) {
    for (const { StackName = '', StackStatus } of StackSummaries)
      if (StackStatus !== 'DELETE_COMPLETE') stacks.push(StackName);
  }
  const gateway = new APIGatewayClient(settings);
  const names = (list: readonly object[] | undefined, name: string) =>
    (list ?? []).map((each) => String((each as Record<string, unknown>)[name])).sort();
  return {
    stacks: stacks.sort(),
    apis: names((await gateway.send(new GetRestApisCommand({}))).items, 'name'),
    keys: names((await gateway.send(new GetApiKeysCommand({}))).items, 'name'),
    plans: names((await gateway.send(new GetUsagePlansCommand({}))).items, 'name'),
    tables: [...((await new DynamoDBClient(settings).send(new ListTablesCommand({}))).TableNames ?? [])].sort(),
    functions: names((await new LambdaClient(settings).send(new ListFunctionsCommand({}))).Functions, 'FunctionName'),
    logGroups: names(
      (await new CloudWatchLogsClient(settings).send(new DescribeLogGroupsCommand({}))).logGroups,
      'logGroupName',
    ),
    pools: names(
      (await new CognitoIdentityProviderClient(settings).send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools,
      'Name',
    ),
    buckets: names(
      (await new S3Client({ ...settings, forcePathStyle: true }).send(new ListBucketsCommand({}))).Buckets,
      'Name',
    ),
  };
}
