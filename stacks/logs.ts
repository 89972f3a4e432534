import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { dataRemoval, type StageContext } from './stage-context.ts';

export interface StageLogsProps extends StageContext {
  readonly key: IKey;
}

/** All log groups of a stage, encrypted and with an end: also those that Lambda would make by itself, without either. */
export class StageLogs extends Construct {
  /** Of the audit events alone. */
  readonly audit: LogGroup;
  /** Of the gateway: every request, also those that no function sees. */
  readonly access: LogGroup;
  readonly api: LogGroup;
  readonly indexer: LogGroup;
  readonly maintenance: LogGroup;
  /** Of OpenSearch: what took long. */
  readonly search: LogGroup;

  constructor(scope: Construct, id: string, props: StageLogsProps) {
    super(scope, id);
    const { prefix, key, deploy } = props;
    const { days, auditDays } = deploy.logs;
    const group = (name: string, logGroupName: string, retention: number, removalPolicy = RemovalPolicy.DESTROY) =>
      new LogGroup(this, name, { logGroupName, encryptionKey: key, retention, removalPolicy });
    this.audit = group('Audit', `/fwoa/${prefix}/audit`, auditDays, dataRemoval(props));
    this.access = group('Access', `/fwoa/${prefix}/access`, days);
    this.search = group('Search', `/fwoa/${prefix}/search`, days);
    this.api = group('Api', `/aws/lambda/${prefix}-api`, days);
    this.indexer = group('Indexer', `/aws/lambda/${prefix}-indexer`, days);
    this.maintenance = group('Maintenance', `/aws/lambda/${prefix}-maintenance`, days);
  }
}
