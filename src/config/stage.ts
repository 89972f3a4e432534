/** The stage that commands work on where none is named. */
export const DEFAULT_STAGE = 'dev';

/** Tags of everything that belongs to a stage, by which it is found again. */
export const STAGE_TAG = 'fwoa:stage';
/** The version of fwoa that deployed it last. */
export const VERSION_TAG = 'fwoa:version';

/**
 * A stage's name is part of the names of what it is made of: of an OpenSearch domain's (28 characters at most, lower case) and, with account and
 * region, of a bucket's (63 at most).
 */
const STAGE_NAME = /^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What a stage's name must be, as a person is told. */
export const STAGE_NAME_RULE = 'lower-case letters, digits and single "-" between them, a letter first, 20 at most';

export function isStageName(name: string): boolean {
  return STAGE_NAME.test(name);
}

/** The name of a stage's stack, and what the names of all its resources begin with. */
export function stackName(stage: string): string {
  return `fwoa-${stage}`;
}

/**
 * What a stage's stack puts out: all that a command needs to find of it. The names are those of the stack's outputs.
 */
export interface StageOutputs {
  /** The service base URL, without a slash at its end. */
  readonly Url: string;
  /** `4.0.1` or `3.0.1`. */
  readonly FhirVersion: string;
  /** Of fwoa, that deployed it. */
  readonly Version: string;
  /** `dev` or `production`: sizes, zones and protection. */
  readonly Preset: string;
  readonly TableName: string;
  readonly BucketName: string;
  readonly SearchEndpoint: string;
  /** Begins the names of all indexes. */
  readonly SearchPrefix: string;
  readonly RestApiId: string;
  /** Of the REST API: its stage's name. */
  readonly ApiStage: string;
  readonly UsagePlanId: string;
  readonly UserPoolId: string;
  /** Of the app client that `fwoa token` signs in with. */
  readonly UserPoolClientId: string;
  /** Of the hosted sign-in pages, with https://. */
  readonly UserPoolDomain: string;
  readonly KeyArn: string;
  readonly ApiFunction: string;
  readonly IndexerFunction: string;
  readonly MaintenanceFunction: string;
  readonly AuditLogGroup: string;
  readonly AccessLogGroup: string;
  readonly ApiLogGroup: string;
  readonly IndexerLogGroup: string;
  readonly MaintenanceLogGroup: string;
  readonly SetAsideQueueUrl: string;
  readonly AlarmTopicArn: string;
}

/** The names of all outputs. */
export const STAGE_OUTPUTS = [
  'Url',
  'FhirVersion',
  'Version',
  'Preset',
  'TableName',
  'BucketName',
  'SearchEndpoint',
  'SearchPrefix',
  'RestApiId',
  'ApiStage',
  'UsagePlanId',
  'UserPoolId',
  'UserPoolClientId',
  'UserPoolDomain',
  'KeyArn',
  'ApiFunction',
  'IndexerFunction',
  'MaintenanceFunction',
  'AuditLogGroup',
  'AccessLogGroup',
  'ApiLogGroup',
  'IndexerLogGroup',
  'MaintenanceLogGroup',
  'SetAsideQueueUrl',
  'AlarmTopicArn',
] as const satisfies readonly (keyof StageOutputs)[];

/** @returns undefined where one is missing: of a stack that is half there, or not of this version */
export function readStageOutputs(outputs: Readonly<Record<string, string | undefined>>): StageOutputs | undefined {
  return STAGE_OUTPUTS.every((name) => outputs[name] !== undefined) ? (outputs as unknown as StageOutputs) : undefined;
}
