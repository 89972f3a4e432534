import { type Stack, Validations } from 'aws-cdk-lib';

const SOLUTIONS = 'AwsSolutions::AwsSolutions-';
const HIPAA = 'HIPAA.Security::HIPAA.Security-';

const WHOLE = 'The rest of the name is data: the function works on all of it, and on nothing else.';
const NO_VPC =
  'The functions reach AWS by its public endpoints, with TLS and IAM. A VPC would cost endpoints or a NAT of its own in every stage, and lets no one in fewer: the domain takes signed requests of three roles alone.';
const ACCESS_LOG =
  'Contents are reached by signed URLs, which the audit log records when they are given. Who needs each transfer switches on CloudTrail data events, which also serve several buckets.';

/** Rules of cdk-nag that are not kept, and why. */
const REASONS: Readonly<Record<string, string>> = {
  [`${SOLUTIONS}APIG2`]: 'The server validates requests against FHIR; a JSON schema could not.',
  [`${SOLUTIONS}APIG3`]:
    'A firewall is an option (deploy.api.waf): it costs, and a rule for bodies has to suit the data.',
  [`${SOLUTIONS}APIG4`]:
    'An API key is demanded here, and the token is verified in the function: locally as on AWS, and for any OIDC issuer.',
  [`${SOLUTIONS}COG4`]: 'The token is verified in the function: locally as on AWS, and for any OIDC issuer.',
  [`${SOLUTIONS}APIG6`]: 'Execution logs hold URLs with patient data. The access log holds each request without them.',
  [`${SOLUTIONS}COG2`]: 'A second factor is offered, and required by deploy.users.mfa.',
  [`${SOLUTIONS}COG8`]: 'The plus plan has a price for each user; it can be had by changing the pool.',
  [`${SOLUTIONS}L1`]: 'Node 22 is what the bundles are built for and tested on.',
  [`${SOLUTIONS}OS1`]: NO_VPC,
  [`${SOLUTIONS}OS3`]: NO_VPC,
  [`${SOLUTIONS}OS4`]: 'A stage for development is one small node; with --production there are three managers.',
  [`${SOLUTIONS}OS7`]: 'A stage for development is one small node; with --production there are three zones.',
  [`${SOLUTIONS}S1`]: ACCESS_LOG,
  [`${SOLUTIONS}SQS3`]: 'It is the queue of what was given up.',
  [`${SOLUTIONS}IAM5[Resource::*]`]: 'X-Ray and ListStreams know no resources.',
  [`${SOLUTIONS}IAM5[Resource::<Table710B521B.Arn>/index/*]`]: WHOLE,
  [`${SOLUTIONS}IAM5[Resource::<SearchDomainAB6007CD.Arn>/*]`]: WHOLE,
  [`${SOLUTIONS}IAM5[Resource::<BucketD7FEB781.Arn>/*]`]: WHOLE,
  [`${SOLUTIONS}IAM5[Action::kms:ReEncrypt*]`]: 'Two actions of one key, for the queue that it encrypts.',
  [`${SOLUTIONS}IAM5[Action::kms:GenerateDataKey*]`]: 'Four actions of one key, for the queue that it encrypts.',
  [`${HIPAA}APIGWCacheEnabledAndEncrypted`]: 'Answers are not cached: they are patient data, and hang on who asks.',
  [`${HIPAA}APIGWExecutionLoggingEnabled`]:
    'Execution logs hold URLs with patient data. The access log holds each request without them.',
  [`${HIPAA}APIGWSSLEnabled`]: 'A client certificate is for HTTP backends; the function is invoked by IAM.',
  [`${HIPAA}DynamoDBInBackupPlan`]:
    "The table can be restored to any second of the last 35 days. Plans beyond that are the account's own.",
  [`${HIPAA}IAMNoInlinePolicy`]: 'Each policy is of one role, and goes with it.',
  [`${HIPAA}LambdaConcurrency`]: "A limit is an option (deploy.functions.reserved): it takes from the account's.",
  [`${HIPAA}LambdaDLQ`]:
    'The gateway waits for an answer; what the stream gives up goes to a queue; the schedule comes again.',
  [`${HIPAA}LambdaInsideVPC`]: NO_VPC,
  [`${HIPAA}OpenSearchInVPCOnly`]: NO_VPC,
  [`${HIPAA}S3BucketLoggingEnabled`]: ACCESS_LOG,
  [`${HIPAA}S3BucketReplicationEnabled`]:
    "All versions are kept, in at least three zones. Copies in other regions are the account's own.",
};

/** Says of each rule that a stage does not keep why. */
export function acknowledgeRules(stack: Stack): void {
  Validations.of(stack).acknowledge(...Object.entries(REASONS).map(([id, reason]) => ({ id, reason })));
}
