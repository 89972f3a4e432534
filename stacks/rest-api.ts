import { Stack } from 'aws-cdk-lib';
import { ApiKeySourceType, EndpointType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { StageContext } from './stage-context.ts';

export interface RestApiShellProps extends StageContext {
  /** Where an emulator answers for API Gateway. */
  readonly serviceEndpoint?: string | undefined;
}

/**
 * The REST API without its methods: what the functions must know of it, the service base URL, is known before the methods, which need the functions.
 */
export class RestApiShell extends Construct {
  readonly api: RestApi;
  readonly stageName = 'fhir';
  /** The service base URL, without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { prefix, deploy, serviceEndpoint }: RestApiShellProps) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    const { domain, vpcEndpointIds } = deploy.api;
    const isPrivate = vpcEndpointIds.length > 0;
    this.api = new RestApi(this, 'RestApi', {
      restApiName: prefix,
      description: `FHIR API of the fwoa stage ${prefix}`,
      deploy: false,
      cloudWatchRole: false,
      apiKeySourceType: ApiKeySourceType.HEADER,
      // All bodies come as they are: in gzip, and contents of Binaries.
      binaryMediaTypes: ['*/*'],
      endpointTypes: [isPrivate ? EndpointType.PRIVATE : EndpointType.REGIONAL],
      disableExecuteApiEndpoint: domain !== undefined && !isPrivate,
      ...(isPrivate && { policy: fromEndpoints(vpcEndpointIds) }),
    });
    const own = `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${this.stageName}`;
    if (serviceEndpoint !== undefined) {
      this.url = `${serviceEndpoint}/restapis/${this.api.restApiId}/${this.stageName}/_user_request_`;
    } else this.url = domain === undefined ? own : `https://${domain.name}`;
  }
}

function fromEndpoints(vpcEndpointIds: readonly string[]): PolicyDocument {
  const statement = {
    principals: [new AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  };
  const elsewhere = { StringNotEquals: { 'aws:SourceVpce': vpcEndpointIds } };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...statement, effect: Effect.ALLOW }),
      new PolicyStatement({ ...statement, effect: Effect.DENY, conditions: elsewhere }),
    ],
  });
}
