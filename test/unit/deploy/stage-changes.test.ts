import { describe, expect, it } from 'vitest';
import { planText } from '../../../src/cli/deploy-text.ts';
import { changesOf, dataLosses, type StageChanges } from '../../../src/deploy/stage-changes.ts';

const changes: StageChanges = {
  resources: [
    { logicalId: 'Table1', type: 'AWS::DynamoDB::Table', kind: 'replace' },
    { logicalId: 'Bucket1', type: 'AWS::S3::Bucket', kind: 'change' },
    { logicalId: 'Alarm1', type: 'AWS::CloudWatch::Alarm', kind: 'remove' },
    { logicalId: 'Alarm2', type: 'AWS::CloudWatch::Alarm', kind: 'remove' },
  ],
  security: Array.from({ length: 42 }, (_, i) => `+ Allow role${i}: s3:GetObject on bucket`),
};

describe('what a deployment changes', () => {
  it('is told by kind and type, and what is lost stands out', () => {
    const lines = planText(changes).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '1 resources to be changed: 1 S3 Bucket',
      '1 resources to be replaced: 1 DynamoDB Table',
      '2 resources to be removed: 2 CloudWatch Alarm',
      'DATA WILL BE LOST: DynamoDB Table Table1',
      'Who may do what:',
    ]);
    expect(lines.at(-1)).toBe('  and 2 more (--json has all)');
    expect(dataLosses(changes)).toEqual([changes.resources[0]]);
  });

  it('is nothing where there is no difference', () => {
    expect(changesOf(undefined)).toEqual({ resources: [], security: [] });
    expect(planText(changesOf(undefined))).toBe('Everything is as it should be: nothing is to be changed.');
  });
});
