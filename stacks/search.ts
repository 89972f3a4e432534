import { Fn, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Effect, type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnDomain } from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';
import type { StageLogs } from './logs.ts';
import type { StageContext } from './stage-context.ts';

export interface FhirSearchProps extends StageContext {
  readonly key: IKey;
  readonly logs: StageLogs;
}

const SIZES = {
  dev: { instanceType: 't3.small.search', instances: 1, volumeGb: 10 },
  production: { instanceType: 'r7g.large.search', instances: 3, volumeGb: 100 },
} as const;

/** Zones that the nodes of a production domain are spread over. */
const ZONES = 3;

/** OpenSearch for the index: a domain of the stage's own that its functions alone may use, or one that is there already. */
export class FhirSearch extends Construct {
  readonly endpoint: string;
  /** Begins the names of all indexes. */
  readonly indexPrefix: string;
  readonly signedFor: 'es' | 'aoss' | 'none';
  /** Undefined where it is not ours. */
  readonly domain: CfnDomain | undefined;
  readonly #arn: string | undefined;

  constructor(scope: Construct, id: string, props: FhirSearchProps) {
    super(scope, id);
    const { prefix, deploy } = props;
    const { existing } = deploy.search;
    this.indexPrefix = prefix;
    if (existing === undefined) {
      this.domain = this.#createDomain(props);
      this.#arn = this.domain.attrArn;
      this.endpoint = Fn.join('', ['https://', this.domain.attrDomainEndpoint]);
      this.signedFor = 'es';
    } else {
      this.domain = undefined;
      this.#arn = existing.arn;
      this.endpoint = existing.endpoint.replace(/\/+$/, '');
      this.signedFor = existing.signedFor;
    }
  }

  /** Lets the functions in, and no one else. */
  allow(roles: readonly IRole[]): void {
    const actions =
      this.signedFor === 'aoss'
        ? ['aoss:APIAccessAll']
        : ['es:ESHttpGet', 'es:ESHttpHead', 'es:ESHttpPost', 'es:ESHttpPut', 'es:ESHttpDelete'];
    if (this.#arn !== undefined) {
      const resource = this.signedFor === 'aoss' ? this.#arn : `${this.#arn}/*`;
      for (const role of roles) {
        role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] }));
      }
    }
    if (this.domain === undefined) return;
    const { partition, region, account } = Stack.of(this);
    this.domain.accessPolicies = new PolicyDocument({
      statements: [
        new PolicyStatement({
          effect: Effect.ALLOW,
          principals: roles.map(({ roleArn }) => new ArnPrincipal(roleArn)),
          actions,
          // By its name: its own ARN would make it wait for itself.
          resources: [`arn:${partition}:es:${region}:${account}:domain/${this.domain.domainName}/*`],
        }),
      ],
    });
  }

  #createDomain({ prefix, preset, key, logs, deploy }: FhirSearchProps): CfnDomain {
    const { partition, region, account } = Stack.of(this);
    const size = SIZES[preset];
    const { instanceType = size.instanceType, instances = size.instances, volumeGb = size.volumeGb } = deploy.search;
    const spread = preset === 'production' && instances >= ZONES;
    const slow = { cloudWatchLogsLogGroupArn: logs.search.logGroupArn, enabled: true };
    const domain = new CfnDomain(this, 'Domain', {
      domainName: prefix,
      engineVersion: 'OpenSearch_2.19',
      clusterConfig: {
        instanceType,
        instanceCount: instances,
        zoneAwarenessEnabled: spread,
        ...(spread && {
          zoneAwarenessConfig: { availabilityZoneCount: ZONES },
          dedicatedMasterEnabled: true,
          dedicatedMasterCount: 3,
          dedicatedMasterType: 'm7g.large.search',
        }),
      },
      ebsOptions: { ebsEnabled: true, volumeType: 'gp3', volumeSize: volumeGb },
      encryptionAtRestOptions: { enabled: true, kmsKeyId: key.keyId },
      nodeToNodeEncryptionOptions: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
      softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      offPeakWindowOptions: { enabled: true },
      logPublishingOptions: { SEARCH_SLOW_LOGS: slow, INDEX_SLOW_LOGS: slow, ES_APPLICATION_LOGS: slow },
    });
    // Without a custom resource, and so without a function that nobody asked for.
    const policy = new CfnResourcePolicy(this, 'LogPolicy', {
      policyName: `${prefix}-search`,
      policyDocument: Stack.of(this).toJsonString({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'es.amazonaws.com' },
            Action: ['logs:PutLogEvents', 'logs:CreateLogStream'],
            Resource: `arn:${partition}:logs:${region}:${account}:log-group:/fwoa/${prefix}/search:*`,
          },
        ],
      }),
    });
    domain.addResourceDependency(policy);
    return domain;
  }
}
