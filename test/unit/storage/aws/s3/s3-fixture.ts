import { randomBytes } from 'node:crypto';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { beforeAll } from 'vitest';
import type { Bucket } from '../../../../../src/storage/aws/s3/bucket.ts';
import { createS3Client } from '../../../../../src/storage/aws/s3/create-s3-client.ts';
import { engineUrl } from '../../../../engines/engines.ts';

export const ENDPOINT = engineUrl('aws');

/** A request as it was made: `PutObject`, and its input. */
export interface Asked {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface S3Bench {
  readonly bucket: Bucket;
  readonly asked: Asked[];
  /** From now on requests of that kind fail so; undefined: none does. */
  failing: { readonly command: string; readonly error: Error } | undefined;
}

/** A bucket of the emulator for the tests of a file, whose requests can be seen and made to fail. */
export function openBench(kmsKeyId?: string): S3Bench {
  const name = `fwoa-s3-${randomBytes(6).toString('hex')}`;
  const client = createS3Client({
    endpoint: ENDPOINT ?? 'http://127.0.0.1:1',
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const bench: S3Bench = { bucket: { client, name, prefix: 'p/', kmsKeyId }, asked: [], failing: undefined };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const command = commandName.replace(/Command$/, '');
        bench.asked.push({ command, input: { ...args.input } });
        if (bench.failing?.command === command) throw bench.failing.error;
        return next(args);
      },
    { step: 'initialize' },
  );
  beforeAll(async () => {
    if (ENDPOINT !== undefined) await client.send(new CreateBucketCommand({ Bucket: name }));
    bench.asked.length = 0;
  });
  return bench;
}

/** The client's error for an answer of S3. */
export function answered(name: string, status: number): Error {
  const $metadata = { httpStatusCode: status, requestId: 'R1' };
  return Object.assign(new Error(`${name}: binary/secret-id`), { name, $metadata, AWSAccessKeyId: 'AKIASECRET' });
}

export async function* pieces(...all: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of all) yield Buffer.from(piece);
}

export async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = [];
  for await (const piece of content) read.push(piece);
  return Buffer.concat(read);
}
