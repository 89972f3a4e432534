import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * A client for S3, with the region and credentials of the surroundings unless others are given.
 *
 * @example createS3Client({ endpoint: 'http://127.0.0.1:4566', forcePathStyle: true })
 */
export function createS3Client(config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    // All writes carry a SHA-256 of ours already. By itself the client would put a CRC of nothing into signed URLs, which S3 then holds a content to.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  });
}
