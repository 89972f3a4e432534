import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  Architecture,
  Code,
  Function as LambdaFunctionResource,
  Runtime,
  StartingPosition,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../src/config/resolve-config.ts';
import type { FhirVersion } from '../src/fhir/fhir-version.ts';
import type { FhirIdentity } from './identity.ts';
import type { StageLogs } from './logs.ts';
import type { FhirSearch } from './search.ts';
import type { StageContext } from './stage-context.ts';

export interface FhirFunctionsProps extends StageContext {
  readonly key: IKey;
  readonly logs: StageLogs;
  readonly table: Table;
  readonly bucket: IBucket;
  readonly search: FhirSearch;
  readonly identity: FhirIdentity;
  /** With a folder for each function: `api`, `indexer`, `maintenance`. */
  readonly folder: string;
  readonly baseUrl: string;
  readonly fhirVersion: FhirVersion;
  readonly config: ResolvedConfig;
  readonly serviceEndpoint?: string | undefined;
}

/** A function and what it may do. */
export interface StageFunction {
  readonly function: LambdaFunctionResource;
  readonly role: Role;
}

type FunctionName = 'api' | 'indexer' | 'maintenance';

interface Sizes {
  readonly memory: number;
  readonly timeout: Duration;
  readonly reserved?: number | undefined;
}

/** What the code calls of DynamoDB; `ConditionCheckItem` is of transactions. */
const TABLE_ACTIONS = ['BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
const OBJECT_ACTIONS = ['AbortMultipartUpload', 'DeleteObject', 'GetObject', 'PutObject'];
const BUCKET_ACTIONS = ['ListBucket', 'ListBucketMultipartUploads'];

/** The functions, each with a role of its own that allows what its code calls. */
export class FhirFunctions extends Construct {
  readonly api: StageFunction;
  readonly indexer: StageFunction;
  /** Looks after the index; invoked by admins. */
  readonly maintenance: StageFunction;
  readonly all: readonly StageFunction[];
  /** What the gateway calls. */
  readonly apiAlias: Alias;
  /** Batches of the stream that were given up. */
  readonly setAside: Queue;

  constructor(scope: Construct, id: string, props: FhirFunctionsProps) {
    super(scope, id);
    const { deploy, logs } = props;
    const { memory, reserved, provisioned } = deploy.functions;
    this.api = this.#createFunction('api', props, logs.api, { memory, timeout: Duration.seconds(29), reserved });
    this.indexer = this.#createFunction('indexer', props, logs.indexer, {
      memory: 1024,
      timeout: Duration.seconds(90),
    });
    this.maintenance = this.#createFunction('maintenance', props, logs.maintenance, {
      memory: 1769,
      timeout: Duration.minutes(5),
    });
    this.all = [this.api, this.indexer, this.maintenance];
    this.#allowApi(props);
    this.apiAlias = new Alias(this, 'ApiAlias', {
      aliasName: 'live',
      version: this.api.function.currentVersion,
      ...(provisioned !== undefined && { provisionedConcurrentExecutions: provisioned }),
    });
    this.setAside = new Queue(this, 'SetAside', {
      queueName: `${props.prefix}-set-aside`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.#followTable(props.table);
  }

  #createFunction(name: FunctionName, props: FhirFunctionsProps, logGroup: LogGroup, sizes: Sizes): StageFunction {
    const { prefix, folder } = props;
    const title = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const role = new Role(this, `${title}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grant(role, 'logs:CreateLogStream', 'logs:PutLogEvents');
    allowData(role, props);
    const made = new LambdaFunctionResource(this, title, {
      functionName: `${prefix}-${name}`,
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(folder, name)),
      role,
      memorySize: sizes.memory,
      timeout: sizes.timeout,
      ...(sizes.reserved !== undefined && { reservedConcurrentExecutions: sizes.reserved }),
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: { ...dataVariables(props), ...(name === 'api' ? apiVariables(props) : {}) },
      environmentEncryption: props.key,
    });
    return { function: made, role };
  }

  /** Its events go to their own log group. */
  #allowApi({ logs }: FhirFunctionsProps): void {
    logs.audit.grant(this.api.role, 'logs:CreateLogStream', 'logs:PutLogEvents');
  }

  #followTable(table: ITable): void {
    this.indexer.function.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 500,
        maxBatchingWindow: Duration.millis(0),
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(20),
        parallelizationFactor: 2,
        onFailure: new SqsDlq(this.setAside),
      }),
    );
    // Finishes what writers have left behind, and puts in what the stream has lost.
    const rule = new Rule(this, 'Schedule', { schedule: Schedule.rate(Duration.minutes(5)) });
    rule.addTarget(new LambdaFunction(this.indexer.function, { retryAttempts: 0 }));
  }
}

function allowData(role: Role, { table, bucket, key }: FhirFunctionsProps): void {
  const allow = (actions: readonly string[], ...resources: readonly string[]) =>
    role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] }));
  allow(
    TABLE_ACTIONS.map((action) => `dynamodb:${action}`),
    table.tableArn,
    `${table.tableArn}/index/*`,
  );
  allow(
    OBJECT_ACTIONS.map((action) => `s3:${action}`),
    bucket.arnForObjects('*'),
  );
  allow(
    BUCKET_ACTIONS.map((action) => `s3:${action}`),
    bucket.bucketArn,
  );
  allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn);
}

function dataVariables(props: FhirFunctionsProps): Record<string, string> {
  const { stage, fhirVersion, baseUrl, table, bucket, search, key, serviceEndpoint } = props;
  return {
    FWOA_STAGE: stage,
    FWOA_FHIR_VERSION: fhirVersion,
    FWOA_BASE_URL: baseUrl,
    FWOA_TABLE: table.tableName,
    FWOA_SEARCH_ENDPOINT: search.endpoint,
    FWOA_SEARCH_PREFIX: search.indexPrefix,
    FWOA_SEARCH_SIGNED_FOR: search.signedFor,
    FWOA_BUCKET: bucket.bucketName,
    FWOA_KMS_KEY: key.keyArn,
    // Of no use in a log of one's own account.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NODE_OPTIONS: '--enable-source-maps',
    ...(serviceEndpoint !== undefined && {
      FWOA_TABLE_ENDPOINT: serviceEndpoint,
      FWOA_BUCKET_ENDPOINT: serviceEndpoint,
    }),
  };
}

function apiVariables({ identity, logs, config, serviceEndpoint }: FhirFunctionsProps): Record<string, string> {
  const { roles, replaceDefaultRoles, auth, audit, binary, server } = config;
  return {
    FWOA_USER_ISSUER: identity.issuer,
    FWOA_USER_CLIENT_IDS: identity.client.userPoolClientId,
    FWOA_CONFIG: JSON.stringify({ roles, replaceDefaultRoles, auth, audit, binary, server }),
    FWOA_AUDIT_LOG_GROUP: logs.audit.logGroupName,
    ...(serviceEndpoint !== undefined && {
      FWOA_LOGS_ENDPOINT: serviceEndpoint,
      FWOA_USER_KEYS: `${serviceEndpoint}/${identity.pool.userPoolId}/.well-known/jwks.json`,
    }),
  };
}
