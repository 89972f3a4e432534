import type { Toolkit } from '@aws-cdk/toolkit-lib';

/** The difference between a stack's template and the one that is deployed. */
type Difference = Awaited<ReturnType<Toolkit['diff']>>[string];

/** How a resource changes. `replace`: another takes its place, and what it holds goes. */
export type ChangeKind = 'add' | 'change' | 'replace' | 'remove';

export interface ResourceChange {
  readonly logicalId: string;
  /** `AWS::DynamoDB::Table`. */
  readonly type: string;
  readonly kind: ChangeKind;
}

/** What a deployment changes. */
export interface StageChanges {
  readonly resources: readonly ResourceChange[];
  /** Changes of who may do what, a line each. */
  readonly security: readonly string[];
}

/** What would be lost when another takes its place. */
const HOLDS_DATA = /^AWS::(DynamoDB::Table|S3::Bucket|Cognito::UserPool|OpenSearchService::Domain|KMS::Key)$/;

/** Reads the difference between two templates. */
export function changesOf(difference: Difference | undefined): StageChanges {
  if (difference === undefined) return { resources: [], security: [] };
  const resources: ResourceChange[] = [];
  difference.resources.forEachDifference((logicalId, change) => {
    const type = change.newResourceType ?? change.oldResourceType ?? '';
    if (type === 'AWS::CDK::Metadata') return;
    if (change.isAddition) resources.push({ logicalId, type, kind: 'add' });
    else if (change.isRemoval) resources.push({ logicalId, type, kind: 'remove' });
    else if (change.isUpdate) {
      const replaced = change.changeImpact === 'WILL_REPLACE';
      resources.push({ logicalId, type, kind: replaced ? 'replace' : 'change' });
    }
  });
  return { resources, security: securityLines(difference) };
}

/** Resources whose data goes with the change. */
export function dataLosses({ resources }: StageChanges): readonly ResourceChange[] {
  return resources.filter(({ type, kind }) => HOLDS_DATA.test(type) && (kind === 'replace' || kind === 'remove'));
}

function securityLines({ iamChanges, securityGroupChanges }: Difference): readonly string[] {
  const lines: string[] = [];
  const say = (sign: '+' | '-', statements: typeof iamChanges.statements.additions) => {
    for (const { effect, principals, actions, resources } of statements) {
      const who = principals.values.map(plain).join(', ') || 'anyone';
      lines.push(`${sign} ${effect} ${who}: ${actions.values.join(', ')} on ${resources.values.map(plain).join(', ')}`);
    }
  };
  say('+', iamChanges.statements.additions);
  say('-', iamChanges.statements.removals);
  for (const { identityArn, managedPolicyArn } of iamChanges.managedPolicies.additions) {
    lines.push(`+ ${plain(managedPolicyArn)} for ${plain(identityArn)}`);
  }
  if (securityGroupChanges.hasChanges) lines.push('Rules of security groups change.');
  return lines;
}

/** A reference of a template as it is read: `${FunctionsApi.Arn}`. */
function plain(value: string): string {
  return value.replace(/^(AWS|Service|Federated):/, '');
}
