/** A statement of a bucket's policy (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html). */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: '*';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface UrlPolicyOptions {
  /** `arn:aws:s3:::name`. */
  readonly bucketArn: string;
  readonly prefix?: string | undefined;
  /** Networks that may use signed URLs, such as `203.0.113.0/24`; absent: any. */
  readonly networks?: readonly string[] | undefined;
  /** How long a signed URL holds at most, ms, whatever it says. */
  readonly lifetime: number;
}

/** Of what was signed in the URL: the server itself signs in a header, and is not meant. */
const BY_URL = { StringEquals: { 's3:authType': 'REST-QUERY-STRING' } };

/**
 * What a bucket's policy should say about signed URLs: none holds longer than the server makes them, and, where networks are named, none is
 * used from elsewhere. It is for all URLs alike: S3 has no condition of one URL's own address.
 */
export function urlPolicy({
  bucketArn,
  prefix = '',
  networks,
  lifetime,
}: UrlPolicyOptions): readonly PolicyStatement[] {
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: `${bucketArn}/${prefix}binary/*`,
  } as const;
  const age = { NumericGreaterThan: { 's3:signatureAge': String(lifetime) } };
  const old: PolicyStatement = { Sid: 'OldSignedUrls', ...deny, Condition: { ...BY_URL, ...age } };
  if (networks === undefined || networks.length === 0) return [old];
  const elsewhere = { NotIpAddress: { 'aws:SourceIp': networks } };
  return [old, { Sid: 'SignedUrlsElsewhere', ...deny, Condition: { ...BY_URL, ...elsewhere } }];
}
