import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { FhirApi } from './api.ts';
import type { FhirFunctions } from './functions.ts';
import type { StageLogs } from './logs.ts';
import type { FhirSearch } from './search.ts';
import type { StageContext } from './stage-context.ts';

export interface StageMonitoringProps extends StageContext {
  readonly key: IKey;
  readonly api: FhirApi;
  readonly functions: FhirFunctions;
  readonly logs: StageLogs;
  readonly table: Table;
  readonly search: FhirSearch;
}

const period = Duration.minutes(5);

/** Alarms, the topic that they go to, and a dashboard. */
export class StageMonitoring extends Construct {
  readonly topic: Topic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: StageMonitoringProps) {
    super(scope, id);
    const { prefix, key, deploy } = props;
    this.topic = new Topic(this, 'Topic', { topicName: `${prefix}-alarms`, masterKey: key, enforceSSL: true });
    if (deploy.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(deploy.alarmEmail));
    const watched = watchedMetrics(this, props);
    this.alarms = watched.map(({ name, metric, above, below = 0, periods = 1, says }) => {
      const alarm = new Alarm(this, name, {
        alarmName: `${prefix}-${name}`,
        alarmDescription: says,
        metric,
        threshold: above ?? below,
        comparisonOperator:
          above === undefined ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(this.topic));
      alarm.addOkAction(new SnsAction(this.topic));
      return alarm;
    });
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: prefix });
    const graphs = watched.map(({ name, metric }) => new GraphWidget({ title: name, left: [metric], width: 8 }));
    for (let i = 0; i < graphs.length; i += 3) dashboard.addWidgets(...graphs.slice(i, i + 3));
  }
}

interface Watched {
  readonly name: string;
  readonly metric: IMetric;
  /** One of the two. */
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  readonly periods?: number | undefined;
  /** What it means, and what to do. */
  readonly says: string;
}

function watchedMetrics(scope: Construct, props: StageMonitoringProps): readonly Watched[] {
  const { api, functions, table, prefix } = props;
  const { stage } = api;
  const indexer = functions.indexer.function;
  const ours = (metricName: string, statistic: string) =>
    new Metric({ namespace: 'fwoa', metricName, statistic, period, dimensionsMap: { Stage: props.stage } });
  const errorLines = new MetricFilter(scope, 'ErrorLines', {
    logGroup: props.logs.api,
    metricNamespace: 'fwoa',
    metricName: `${prefix}-error-lines`,
    filterPattern: FilterPattern.stringValue('$.level', '=', 'error'),
    metricValue: '1',
  }).metric({ statistic: 'sum', period });
  const auditLines = new MetricFilter(scope, 'AuditFallback', {
    logGroup: props.logs.api,
    metricNamespace: 'fwoa',
    metricName: `${prefix}-audit-failures`,
    // An event in the function's own log is one that the audit log did not take.
    filterPattern: FilterPattern.exists('$.audit'),
    metricValue: '1',
  }).metric({ statistic: 'sum', period });
  return [
    {
      name: '5xx',
      metric: stage.metricServerError({ statistic: 'sum', period }),
      above: 5,
      says: 'Requests were answered by 5xx: fwoa logs.',
    },
    {
      name: 'latency-p99',
      metric: stage.metricLatency({ statistic: 'p99', period }),
      above: 3000,
      periods: 3,
      says: 'One request in a hundred takes more than 3 s.',
    },
    {
      name: 'throttles',
      metric: functions.api.function.metricThrottles({ statistic: 'sum', period }),
      above: 0,
      says: "The api function was throttled: the account's limit of concurrent functions, or functions.reserved, is reached.",
    },
    {
      name: 'api-errors',
      metric: functions.api.function.metricErrors({ statistic: 'sum', period }),
      above: 0,
      says: 'The api function ended without an answer: fwoa logs --function api.',
    },
    {
      name: 'error-lines',
      metric: errorLines,
      above: 5,
      says: 'The server reports errors of its own: fwoa logs --function api.',
    },
    {
      name: 'audit-failures',
      metric: auditLines,
      above: 0,
      says: 'Events of the audit log were not taken by CloudWatch Logs at once. They are in the log of the api function.',
    },
    {
      name: 'index-lag',
      metric: ours('IndexLag', 'max'),
      above: 60_000,
      periods: 2,
      says: 'Search is more than a minute behind the data.',
    },
    {
      name: 'stream-age',
      metric: indexer.metric('IteratorAge', { statistic: 'max', period }),
      above: 60_000,
      periods: 2,
      says: 'The indexer does not get on: fwoa logs --function indexer.',
    },
    {
      name: 'indexer-errors',
      metric: indexer.metricErrors({ statistic: 'sum', period }),
      above: 0,
      periods: 3,
      says: 'The indexer fails: fwoa logs --function indexer.',
    },
    {
      name: 'set-aside',
      metric: functions.setAside.metricApproximateNumberOfMessagesVisible({ statistic: 'max', period }),
      above: 0,
      says: 'Batches of the stream were given up: fwoa reindex --failed.',
    },
    {
      name: 'table-throttles',
      metric: new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'WriteThrottleEvents',
        statistic: 'sum',
        period,
        dimensionsMap: { TableName: table.tableName },
      }),
      above: 10,
      says: 'The table was throttled: writes are faster than on-demand capacity grows.',
    },
    ...domainMetrics(scope, props),
  ];
}

function domainMetrics(scope: Construct, { search }: StageMonitoringProps): readonly Watched[] {
  if (search.domain === undefined) return [];
  const { account } = Stack.of(scope);
  const dimensionsMap = { DomainName: search.domain.domainName ?? '', ClientId: account };
  const metric = (metricName: string, statistic: string) =>
    new Metric({ namespace: 'AWS/ES', metricName, statistic, period, dimensionsMap });
  return [
    {
      name: 'search-red',
      metric: metric('ClusterStatus.red', 'max'),
      above: 0,
      says: 'OpenSearch has lost a part of the index: fwoa verify-index.',
    },
    {
      name: 'search-full',
      metric: metric('FreeStorageSpace', 'min'),
      below: 5000,
      says: 'OpenSearch has less than 5 GB of free storage: search.volumeGb.',
    },
    {
      name: 'search-memory',
      metric: metric('JVMMemoryPressure', 'max'),
      above: 90,
      periods: 3,
      says: 'OpenSearch is short of memory: search.instanceType.',
    },
  ];
}
