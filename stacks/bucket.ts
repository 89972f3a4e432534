import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../src/config/resolve-config.ts';
import { urlPolicy } from '../src/storage/aws/s3/url-policy.ts';
import { dataRemoval, type StageContext } from './stage-context.ts';

export interface FhirBucketProps extends StageContext {
  readonly key: IKey;
  readonly config: ResolvedConfig;
}

/** What a browser sends with the content of a Binary, and may read of the answer. */
const HEADERS = ['content-type', 'content-length', 'x-amz-checksum-sha256', 'range'];
const EXPOSED = ['etag', 'content-range', 'accept-ranges', 'x-amz-checksum-sha256'];

/** Contents of Binaries, and bodies that the table has no room for: versioned, encrypted, for nobody but by TLS and by us. */
export class FhirBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: FhirBucketProps) {
    super(scope, id);
    const { key, config, deploy } = props;
    const { origins } = config.server.cors;
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: dataRemoval(props),
      lifecycleRules: [
        { id: 'unfinished', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        {
          id: 'staged',
          prefix: 'staged/',
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { id: 'delete-markers', expiredObjectDeleteMarker: true },
      ],
      cors: origins.length === 0 ? [] : [corsRule(origins)],
    });
    const statements = urlPolicy({
      bucketArn: this.bucket.bucketArn,
      networks: deploy.bucket.networks,
      lifetime: config.binary.urlLifetime,
    });
    for (const { Sid, ...statement } of statements) {
      this.bucket.addToResourcePolicy(PolicyStatement.fromJson({ Sid, ...statement }));
    }
  }
}

function corsRule(origins: readonly string[]) {
  return {
    allowedOrigins: [...origins],
    allowedMethods: [HttpMethods.GET, HttpMethods.PUT],
    allowedHeaders: HEADERS,
    exposedHeaders: EXPOSED,
    maxAge: 3600,
  };
}
