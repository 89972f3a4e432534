import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../src/config/resolve-config.ts';
import { STAGE_TAG, type StageOutputs, stackName, VERSION_TAG } from '../src/config/stage.ts';
import type { FhirVersion } from '../src/fhir/fhir-version.ts';
import { FhirApi } from './api.ts';
import { FhirBucket } from './bucket.ts';
import { FhirFunctions } from './functions.ts';
import { FhirIdentity } from './identity.ts';
import { StageKey } from './key.ts';
import { StageLogs } from './logs.ts';
import { StageMonitoring } from './monitoring.ts';
import { RestApiShell } from './rest-api.ts';
import { acknowledgeRules } from './rule-exceptions.ts';
import { FhirSearch } from './search.ts';
import type { Preset, StageContext } from './stage-context.ts';
import { FhirTable } from './table.ts';

export interface FwoaStackProps extends StackProps {
  readonly stage: string;
  readonly fhirVersion: FhirVersion;
  /** Of fwoa. */
  readonly version: string;
  /** As `resolveConfig` gives it: `config.deploy` has the options of AWS. */
  readonly config: ResolvedConfig;
  readonly preset: Preset;
  /** The folder with the functions' bundles: `dist/functions` of this package. */
  readonly functions: string;
  /** Where the functions find AWS's services; of an emulator alone. */
  readonly serviceEndpoint?: string | undefined;
  /** Table, bucket, user pool, key and audit log outlive the stack. Default: false. */
  readonly keepData?: boolean | undefined;
}

/**
 * A FHIR API in an AWS account: API Gateway, Lambda, DynamoDB, OpenSearch, S3, Cognito and KMS, with logs, alarms and a dashboard. Its outputs are
 * all that the commands need to find (`src/config/stage.ts`).
 *
 * @example
 * new FwoaStack(app, 'fwoa-prod', { stage: 'prod', fhirVersion: '4.0.1', version, config, preset: 'production', functions });
 */
export class FwoaStack extends Stack {
  readonly key: StageKey;
  readonly table: FhirTable;
  readonly bucket: FhirBucket;
  readonly search: FhirSearch;
  readonly identity: FhirIdentity;
  readonly functions: FhirFunctions;
  readonly api: FhirApi;
  readonly logs: StageLogs;
  readonly monitoring: StageMonitoring;

  constructor(scope: Construct, id: string, props: FwoaStackProps) {
    super(scope, id, { stackName: stackName(props.stage), ...props });
    const { stage, fhirVersion, version, config, preset, serviceEndpoint, keepData = false } = props;
    const context: StageContext = { stage, prefix: stackName(stage), preset, deploy: config.deploy, keepData };
    Tags.of(this).add(STAGE_TAG, stage);
    Tags.of(this).add(VERSION_TAG, version);
    for (const [name, value] of Object.entries(config.deploy.tags)) Tags.of(this).add(name, value);

    this.key = new StageKey(this, 'Key', context);
    const key = this.key.key;
    const shell = new RestApiShell(this, 'RestApi', { ...context, serviceEndpoint });
    this.logs = new StageLogs(this, 'Logs', { ...context, key });
    this.table = new FhirTable(this, 'Table', { ...context, key });
    this.bucket = new FhirBucket(this, 'Bucket', { ...context, key, config });
    this.identity = new FhirIdentity(this, 'Identity', { ...context, config });
    this.search = new FhirSearch(this, 'Search', { ...context, key, logs: this.logs });
    this.functions = new FhirFunctions(this, 'Functions', {
      ...context,
      key,
      logs: this.logs,
      table: this.table.table,
      bucket: this.bucket.bucket,
      search: this.search,
      identity: this.identity,
      folder: props.functions,
      baseUrl: shell.url,
      fhirVersion,
      config,
      serviceEndpoint,
    });
    this.search.allow(this.functions.all.map(({ role }) => role));
    this.api = new FhirApi(this, 'Api', {
      ...context,
      shell,
      logs: this.logs,
      handler: this.functions.apiAlias,
      config,
    });
    this.monitoring = new StageMonitoring(this, 'Monitoring', {
      ...context,
      key,
      api: this.api,
      functions: this.functions,
      logs: this.logs,
      table: this.table.table,
      search: this.search,
    });
    acknowledgeRules(this);
    this.#output({
      Url: shell.url,
      FhirVersion: fhirVersion,
      Version: version,
      Preset: preset,
      TableName: this.table.table.tableName,
      BucketName: this.bucket.bucket.bucketName,
      SearchEndpoint: this.search.endpoint,
      SearchPrefix: this.search.indexPrefix,
      RestApiId: shell.api.restApiId,
      ApiStage: shell.stageName,
      UsagePlanId: this.api.usagePlan.usagePlanId,
      UserPoolId: this.identity.pool.userPoolId,
      UserPoolClientId: this.identity.client.userPoolClientId,
      UserPoolDomain: this.identity.domainUrl,
      KeyArn: key.keyArn,
      ApiFunction: this.functions.api.function.functionName,
      IndexerFunction: this.functions.indexer.function.functionName,
      MaintenanceFunction: this.functions.maintenance.function.functionName,
      AuditLogGroup: this.logs.audit.logGroupName,
      AccessLogGroup: this.logs.access.logGroupName,
      ApiLogGroup: this.logs.api.logGroupName,
      IndexerLogGroup: this.logs.indexer.logGroupName,
      MaintenanceLogGroup: this.logs.maintenance.logGroupName,
      SetAsideQueueUrl: this.functions.setAside.queueUrl,
      AlarmTopicArn: this.monitoring.topic.topicArn,
    });
  }

  #output(outputs: StageOutputs): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
