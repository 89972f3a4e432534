import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { STAGE_OUTPUTS } from '../../../src/config/stage.ts';
import { templateOf } from './stack-fixture.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[];
}

const dev = templateOf();
const production = templateOf({}, { preset: 'production' });
const resources = (template = dev) => Object.values(template.toJSON().Resources as Record<string, Resource>);
const typesOf = (template = dev) => new Set(resources(template).map(({ Type }) => Type));

describe('a stage', () => {
  it('puts out all that commands need to find, and nothing else', () => {
    expect(Object.keys(dev.toJSON().Outputs).sort()).toEqual([...STAGE_OUTPUTS].sort());
  });

  it('has no custom resource, and no function but its three', () => {
    const custom = [...typesOf()].filter((type) => /^Custom::|CloudFormation::Custom/.test(type));
    expect(custom).toEqual([]);
    dev.resourceCountIs('AWS::Lambda::Function', 3);
  });

  it('is tagged', () => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      Tags: Match.arrayWith([
        { Key: 'fwoa:stage', Value: 'test' },
        { Key: 'fwoa:version', Value: '1.2.3' },
      ]),
    });
  });

  it('leaves nothing behind, unless data is to be kept', () => {
    expect(resources().filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
    expect(resources(production).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
    const kept = resources(templateOf({}, { keepData: true })).filter((each) => each.DeletionPolicy === 'Retain');
    expect(kept.map(({ Type }) => Type).sort()).toEqual([
      'AWS::Cognito::UserPool',
      'AWS::DynamoDB::Table',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
    ]);
  });
});

describe('the gateway', () => {
  const methods = (template = dev) => {
    const all = template.toJSON().Resources as Record<string, Resource>;
    return Object.values(all)
      .filter(({ Type }) => Type === 'AWS::ApiGateway::Method')
      .map(({ Properties: { HttpMethod, ApiKeyRequired, ResourceId } = {} }) => {
        const { Ref = '' } = ResourceId as { Ref?: string };
        const path = (all[Ref]?.Properties?.PathPart ?? '/') as string;
        return `${HttpMethod} ${path} ${ApiKeyRequired}`;
      })
      .sort();
  };

  it('demands a key of everything but /metadata and /.well-known', () => {
    expect(methods()).toEqual([
      'ANY / true',
      'ANY {proxy+} true',
      'GET metadata false',
      'GET {proxy+} false',
      'HEAD metadata false',
      'HEAD {proxy+} false',
      'OPTIONS metadata false',
      'OPTIONS {proxy+} false',
    ]);
  });

  it('lets a preflight in where there are origins', () => {
    const added = methods(templateOf({ server: { cors: { origins: ['https://app.example.org'] } } }));
    expect(added).toContain('OPTIONS / false');
    expect(added.filter((method) => method === 'OPTIONS {proxy+} false')).toHaveLength(2);
  });

  it('calls the alias, logs without URLs, and is throttled', () => {
    dev.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'fhir',
      TracingEnabled: true,
      AccessLogSetting: { Format: Match.not(Match.stringLikeRegexp('context\\.path\\b')) },
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 })],
    });
    dev.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { RateLimit: 50, BurstLimit: 100 } });
    const integrations = JSON.stringify(dev.findResources('AWS::ApiGateway::Method'));
    expect(integrations).toContain('FunctionsApiAlias');
  });

  it('may have a domain, a firewall, and be private', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/1';
    const other = templateOf({
      deploy: {
        api: { domain: { name: 'fhir.example.org', certificateArn }, waf: { requestsPer5Minutes: 100 } },
        bucket: { networks: ['203.0.113.0/24'] },
      },
    });
    other.hasOutput('Url', { Value: 'https://fhir.example.org' });
    other.hasResourceProperties('AWS::ApiGateway::DomainName', { SecurityPolicy: 'TLS_1_2' });
    other.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    other.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
    templateOf({ deploy: { api: { vpcEndpointIds: ['vpce-1'] } } }).hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['PRIVATE'] },
      Policy: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-1'] } } }),
        ]),
      }),
    });
  });
});

describe('what holds data', () => {
  it('is encrypted with the key of the stage, which is rotated', () => {
    dev.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: false,
    });
    production.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    dev.allResourcesProperties('AWS::Logs::LogGroup', {
      KmsKeyId: Match.anyValue(),
      RetentionInDays: Match.anyValue(),
    });
    dev.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    dev.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });

  it('is a bucket that is versioned, closed to the public and to signed URLs that are old', () => {
    dev.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
          Match.objectLike({ Prefix: 'staged/', ExpirationInDays: 1 }),
        ]),
      },
    });
    const policy = JSON.stringify(dev.findResources('AWS::S3::BucketPolicy'));
    expect(policy).toContain('aws:SecureTransport');
    expect(policy).toContain('"s3:signatureAge":"300000"');
  });

  it('is OpenSearch that only the functions may use', () => {
    dev.hasResourceProperties('AWS::OpenSearchService::Domain', {
      DomainName: 'fwoa-test',
      EncryptionAtRestOptions: { Enabled: true },
      NodeToNodeEncryptionOptions: { Enabled: true },
      DomainEndpointOptions: { EnforceHTTPS: true },
      ClusterConfig: { InstanceCount: 1, InstanceType: 't3.small.search' },
      AccessPolicies: {
        Statement: [
          Match.objectLike({
            Effect: 'Allow',
            Principal: { AWS: [Match.anyValue(), Match.anyValue(), Match.anyValue()] },
          }),
        ],
      },
    });
    production.hasResourceProperties('AWS::OpenSearchService::Domain', {
      ClusterConfig: {
        InstanceCount: 3,
        ZoneAwarenessEnabled: true,
        ZoneAwarenessConfig: { AvailabilityZoneCount: 3 },
        DedicatedMasterEnabled: true,
      },
    });
  });

  it('is OpenSearch that is there already, where that is named', () => {
    const existing = {
      endpoint: 'https://search.example.org/',
      signedFor: 'aoss',
      arn: 'arn:aws:aoss:eu-west-1:111122223333:collection/x',
    } as const;
    const other = templateOf({ deploy: { search: { existing } } });
    other.resourceCountIs('AWS::OpenSearchService::Domain', 0);
    other.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          FWOA_SEARCH_ENDPOINT: 'https://search.example.org',
          FWOA_SEARCH_SIGNED_FOR: 'aoss',
        }),
      },
    });
  });
});

describe('the functions', () => {
  it('run Node 22 on ARM, traced, each with a role and a log group of its own', () => {
    dev.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    dev.resourceCountIs('AWS::IAM::Role', 3);
  });

  it('may do what their code calls: no action but these', () => {
    const policies = Object.values(dev.findResources('AWS::IAM::Policy')) as Resource[];
    const statements = policies.flatMap(({ Properties = {} }) => (Properties.PolicyDocument as Policy).Statement);
    const actions = new Set(statements.flatMap(({ Action }) => Action));
    expect([...actions].sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:DeleteItem',
      'dynamodb:DescribeStream',
      'dynamodb:GetItem',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'es:ESHttpDelete',
      'es:ESHttpGet',
      'es:ESHttpHead',
      'es:ESHttpPost',
      'es:ESHttpPut',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:PutObject',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    const everywhere = statements.filter(({ Resource: of }) => of === '*').flatMap(({ Action }) => Action);
    // These two know no resources; ListStreams is the CDK's.
    expect([...new Set(everywhere)].sort()).toEqual([
      'dynamodb:ListStreams',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('follow the table, and put aside what they give up', () => {
    dev.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    dev.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
  });

  it('may be reserved, and ready beforehand on the alias that the gateway calls', () => {
    const other = templateOf({ deploy: { functions: { reserved: 7, provisioned: 2, memory: 512 } } });
    other.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 7, MemorySize: 512 });
    other.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
  });

  it('find an emulator only where one is named', () => {
    expect(JSON.stringify(dev.toJSON())).not.toContain('FWOA_TABLE_ENDPOINT');
    templateOf({}, { serviceEndpoint: 'http://127.0.0.1:4566' }).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ FWOA_LOGS_ENDPOINT: 'http://127.0.0.1:4566' }) },
    });
  });
});

describe('the users', () => {
  it('are made by admins, with strong passwords and a group for each role', () => {
    dev.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 12 }) },
      MfaConfiguration: 'OPTIONAL',
      DeletionProtection: 'INACTIVE',
    });
    production.hasResourceProperties('AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' });
    dev.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 60,
    });
    const role = { rules: [{ interactions: ['read'], types: '*' }] } as const;
    const groups = Object.values(templateOf({ roles: { nurse: role } }).findResources('AWS::Cognito::UserPoolGroup'));
    expect(groups.map(({ Properties }) => Properties.GroupName).sort()).toEqual([
      'auditor',
      'non-practitioner',
      'nurse',
      'practitioner',
    ]);
  });

  it('may sign in by other providers', () => {
    const other = templateOf({
      deploy: {
        users: {
          callbackUrls: ['https://app.example.org/back'],
          federation: [
            { name: 'Saml', saml: { metadataUrl: 'https://idp.example.org/metadata' } },
            { name: 'Oidc', oidc: { issuer: 'https://login.example.org', clientId: 'x', clientSecretName: 'secret' } },
          ],
        },
      },
    });
    other.resourceCountIs('AWS::Cognito::UserPoolIdentityProvider', 2);
    expect(JSON.stringify(other.toJSON())).toContain('{{resolve:secretsmanager:secret:');
    other.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      SupportedIdentityProviders: ['COGNITO', 'Saml', 'Oidc'],
      AllowedOAuthFlows: ['code'],
    });
  });
});

describe('the alarms', () => {
  it('go to the topic, and to an e-mail where one is given', () => {
    const alarms = Object.values(dev.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(12);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmName).toMatch(/^fwoa-test-/);
      expect(Properties.AlarmActions).toHaveLength(1);
    }
    dev.resourceCountIs('AWS::SNS::Subscription', 0);
    templateOf({ deploy: { alarmEmail: 'ops@example.org' } }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.org',
    });
  });
});
