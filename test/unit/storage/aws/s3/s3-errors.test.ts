import { describe, expect, it } from 'vitest';
import { s3Error } from '../../../../../src/storage/aws/s3/s3-errors.ts';
import { answered } from './s3-fixture.ts';

const reset = Object.assign(new Error('read ECONNRESET 10.0.0.1'), { code: 'ECONNRESET' });

describe("S3's errors", () => {
  it.each([
    [answered('SlowDown', 503), { name: 'StoreUnavailableError', reason: 'throttled' }],
    [answered('TooManyRequestsException', 429), { name: 'StoreUnavailableError', reason: 'throttled' }],
    [answered('InternalError', 500), { name: 'StoreUnavailableError', reason: 'unavailable' }],
    [answered('ServiceUnavailable', 503), { name: 'StoreUnavailableError', reason: 'unavailable' }],
    [Object.assign(new Error('late'), { name: 'TimeoutError' }), { name: 'StoreUnavailableError' }],
    [Object.assign(new Error('x'), { code: 'EAI_AGAIN' }), { name: 'StoreUnavailableError' }],
    [Object.assign(new Error('x'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }), { name: 'StoreUnavailableError' }],
    [Object.assign(new TypeError('x'), { code: 'ERR_INVALID_ARG_TYPE' }), { name: 'S3RefusedError' }],
    [reset, { name: 'StoreUnavailableError', reason: 'unavailable' }],
    [
      answered('AccessDenied', 403),
      { name: 'S3RefusedError', message: 'S3 answered PutObject by AccessDenied (403). Its request id is R1.' },
    ],
    [answered('NoSuchBucket', 404), { name: 'S3RefusedError' }],
    [new TypeError('x'), { name: 'S3RefusedError', message: 'S3 answered PutObject by TypeError.' }],
    ['x', { name: 'S3RefusedError' }],
  ])('are told by what they mean: %s', (error, told) => {
    expect(s3Error('PutObject', error)).toMatchObject(told);
  });

  it('tell no key, no credentials, and nothing of the connection', () => {
    for (const error of [answered('SignatureDoesNotMatch', 403), answered('InternalError', 500), reset]) {
      const told = s3Error('PutObject', error);
      const all = `${told.stack}${JSON.stringify({ ...told })}`;
      expect(all).not.toMatch(/AKIA|secret-id|10\.0\.0\.1/);
      expect(told.cause).toBeUndefined();
    }
  });
});
