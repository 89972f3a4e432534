import { describe, expect, it } from 'vitest';
import { urlPolicy } from '../../../../../src/storage/aws/s3/url-policy.ts';

const BUCKET = { bucketArn: 'arn:aws:s3:::b', prefix: 'p/', lifetime: 300_000 };

describe('what the policy of a bucket says of signed URLs', () => {
  it('is that none holds longer than they are made for, and of nothing else', () => {
    expect(urlPolicy(BUCKET)).toEqual([
      {
        Sid: 'OldSignedUrls',
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: 'arn:aws:s3:::b/p/binary/*',
        Condition: {
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
          NumericGreaterThan: { 's3:signatureAge': '300000' },
        },
      },
    ]);
  });

  it('is that none is used from elsewhere, where networks are named', () => {
    const [, elsewhere] = urlPolicy({ ...BUCKET, networks: ['203.0.113.0/24', '2001:db8::/32'] });
    expect(elsewhere?.Condition).toEqual({
      StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
      NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] },
    });
    expect(urlPolicy({ ...BUCKET, networks: [] })).toHaveLength(1);
  });
});
