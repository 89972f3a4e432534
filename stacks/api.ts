import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  Stage as ApiStage,
  BasePathMapping,
  Deployment,
  DomainName,
  EndpointType,
  Integration,
  IntegrationType,
  LogGroupLogDestination,
  Period,
  type QuotaSettings,
  type Resource,
  ResponseType,
  SecurityPolicy,
  UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../src/config/resolve-config.ts';
import type { StageLogs } from './logs.ts';
import type { RestApiShell } from './rest-api.ts';
import type { StageContext } from './stage-context.ts';

export interface FhirApiProps extends StageContext {
  readonly shell: RestApiShell;
  readonly logs: StageLogs;
  /** What answers: the alias. */
  readonly handler: IFunction;
  readonly config: ResolvedConfig;
}

/** The gateway: it lets in who has an API key, and keeps each to their limits. */
export class FhirApi extends Construct {
  readonly stage: ApiStage;
  /** Of client systems without limits of their own. */
  readonly usagePlan: UsagePlan;

  constructor(scope: Construct, id: string, props: FhirApiProps) {
    super(scope, id);
    const { prefix, shell, logs, config, deploy, handler } = props;
    const { api, stageName } = shell;
    const integration = integrationOf(handler);
    allowGateway(shell, handler);
    const cors = config.server.cors.origins.length > 0;
    const add = (resource: Resource | typeof api.root, apiKeyRequired: boolean) => {
      resource.addMethod('ANY', integration, { apiKeyRequired });
      // A browser sends no key with its preflight.
      if (cors && apiKeyRequired) resource.addMethod('OPTIONS', integration, { apiKeyRequired: false });
    };
    add(api.root, true);
    add(api.root.addResource('{proxy+}'), true);
    // Whoever wants to talk to the server reads these first (https://hl7.org/fhir/R4/http.html#capabilities).
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      api.root.resourceForPath('metadata').addMethod(method, integration, { apiKeyRequired: false });
      api.root.resourceForPath('.well-known/{proxy+}').addMethod(method, integration, { apiKeyRequired: false });
    }
    addOutcomes(shell);
    const deployment = new Deployment(this, 'Deployment', { api });
    // Another set of methods is another deployment.
    deployment.addToLogicalId({ cors, handler: handler.functionArn, prefix });
    deployment.node.addDependency(...api.methods);
    const { perSecond, burst } = deploy.api.throttle;
    this.stage = new ApiStage(this, 'Stage', {
      deployment,
      stageName,
      tracingEnabled: true,
      metricsEnabled: true,
      throttlingRateLimit: perSecond,
      throttlingBurstLimit: burst,
      accessLogDestination: new LogGroupLogDestination(logs.access),
      accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    });
    api.deploymentStage = this.stage;
    const { defaultRate, defaultQuota } = config.clients;
    this.usagePlan = new UsagePlan(this, 'UsagePlan', {
      name: prefix,
      description: `Default limits of client systems of the fwoa stage ${props.stage}`,
      apiStages: [{ api, stage: this.stage }],
      throttle: { rateLimit: defaultRate.perSecond, burstLimit: Math.ceil(defaultRate.burst) },
      ...(defaultQuota && { quota: quotaOf(defaultQuota) }),
    });
    this.#addDomain(props);
    this.#addFirewall(props);
  }

  #addDomain({ shell, deploy }: FhirApiProps): void {
    const { domain } = deploy.api;
    if (domain === undefined) return;
    const name = new DomainName(this, 'Domain', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new BasePathMapping(this, 'Mapping', { domainName: name, restApi: shell.api, stage: this.stage });
  }

  #addFirewall({ prefix, deploy }: FhirApiProps): void {
    const { waf } = deploy.api;
    if (waf === undefined) return;
    const visibility = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      // A sample would hold URLs with patient data.
      sampledRequestsEnabled: false,
    });
    const acl = new CfnWebACL(this, 'Firewall', {
      name: prefix,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(prefix),
      rules: [
        {
          name: 'rate',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: waf.requestsPer5Minutes, aggregateKeyType: 'IP' } },
          visibilityConfig: visibility(`${prefix}-rate`),
        },
        {
          name: 'common',
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name: 'AWSManagedRulesCommonRuleSet',
              // Resources are larger than 8 KB.
              ruleActionOverrides: [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }],
            },
          },
          visibilityConfig: visibility(`${prefix}-common`),
        },
      ],
    });
    new CfnWebACLAssociation(this, 'FirewallAssociation', {
      resourceArn: this.stage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

/** Without the permission a method that `LambdaIntegration` would add: each names the stage, which waits for the methods. */
function integrationOf(handler: IFunction): Integration {
  const { partition, region } = Stack.of(handler);
  return new Integration({
    type: IntegrationType.AWS_PROXY,
    integrationHttpMethod: 'POST',
    uri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${handler.functionArn}/invocations`,
    options: { timeout: Duration.seconds(29) },
  });
}

function allowGateway({ api }: RestApiShell, handler: IFunction): void {
  const { partition, region, account } = Stack.of(handler);
  handler.addPermission('Gateway', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: `arn:${partition}:execute-api:${region}:${account}:${api.restApiId}/*`,
  });
}

/** What the gateway answers by itself is an OperationOutcome too. */
function addOutcomes({ api }: RestApiShell): void {
  const outcomes: readonly (readonly [string, ResponseType, string, string])[] = [
    [
      'Forbidden',
      ResponseType.INVALID_API_KEY,
      'forbidden',
      'There is no API key in the header x-api-key, or one that is not known here.',
    ],
    [
      'Throttled',
      ResponseType.THROTTLED,
      'throttled',
      'There are more requests than the client system may send. Try again later.',
    ],
    ['Quota', ResponseType.QUOTA_EXCEEDED, 'throttled', 'The client system has used up its quota.'],
    [
      'TooLarge',
      ResponseType.REQUEST_TOO_LARGE,
      'too-long',
      'The request is larger than the 10 MB that the gateway takes.',
    ],
    ['Refused', ResponseType.DEFAULT_4XX, 'invalid', 'The gateway has refused the request.'],
    [
      'Failed',
      ResponseType.DEFAULT_5XX,
      'transient',
      'The server could not answer. Try again; a change may have been made.',
    ],
  ];
  for (const [id, type, code, text] of outcomes) {
    const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics: text }] };
    api.addGatewayResponse(id, { type, templates: { 'application/json': JSON.stringify(outcome) } });
  }
}

/** Of each request, nothing of its URL but the method: a path may name a patient. */
const ACCESS_LOG = {
  time: AccessLogField.contextRequestTimeEpoch(),
  request: AccessLogField.contextRequestId(),
  method: AccessLogField.contextHttpMethod(),
  resource: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  latency: AccessLogField.contextResponseLatency(),
  integrationLatency: AccessLogField.contextIntegrationLatency(),
  bytes: AccessLogField.contextResponseLength(),
  key: AccessLogField.contextIdentityApiKeyId(),
  address: AccessLogField.contextIdentitySourceIp(),
  error: '$context.error.responseType',
};

function quotaOf({ requests, per }: { readonly requests: number; readonly per: 'day' | 'month' }): QuotaSettings {
  return { limit: requests, period: per === 'day' ? Period.DAY : Period.MONTH };
}
