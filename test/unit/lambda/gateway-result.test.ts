import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FhirResponse } from '../../../src/api/http.ts';
import { requestOf } from '../../../src/lambda/gateway-request.ts';
import { resultOf } from '../../../src/lambda/gateway-result.ts';
import { eventOf } from './function-fixture.ts';

const OPTIONS = { fhirVersion: '4.0.1', headers: { 'cache-control': 'no-store' } } as const;
const JSON_TYPE = { 'content-type': 'application/fhir+json; charset=utf-8' };
const MEGABYTE = 2 ** 20;

function result(
  response: FhirResponse,
  { method = 'GET', path = '/Patient', headers = {} as Record<string, string> } = {},
) {
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return resultOf(requestOf(eventOf(method, path, { multiValueHeaders }), ''), response, OPTIONS);
}

async function* pieces(count: number, bytes: number) {
  for (let i = 0; i < count; i++) yield Buffer.alloc(bytes, 97);
}

describe('an answer', () => {
  it('is text, with each header once, and the id of its request', async () => {
    const headers = { ...JSON_TYPE, etag: 'W/"1"', 'content-length': '7' };
    expect(await result({ status: 201, headers, body: [Buffer.from('{"a"'), Buffer.from(':1}')] })).toEqual({
      statusCode: 201,
      multiValueHeaders: {
        'cache-control': ['no-store'],
        'content-type': ['application/fhir+json; charset=utf-8'],
        etag: ['W/"1"'],
        'x-request-id': ['c6af9ac6-7b61-11e6-9a41-93e8deadbeef'],
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['image/png', true],
    ['application/octet-stream', true],
    ['application/json-like', false],
    ['application/fhir+xml', false],
    ['text/plain', false],
  ])('of the type %s is in base64: %s', async (type, isBase64Encoded) => {
    const { body, ...rest } = await result({
      status: 200,
      headers: { 'content-type': type },
      body: Buffer.from('abc'),
    });
    expect(rest.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('abc');
  });

  it('has no body where there is none', async () => {
    expect(await result({ status: 304, headers: {} })).toMatchObject({
      statusCode: 304,
      body: '',
      isBase64Encoded: false,
    });
  });

  it('begins no header of a client’s making', async () => {
    const { multiValueHeaders } = await result({ status: 200, headers: { location: 'a\r\nset-cookie: b' } });
    expect(multiValueHeaders.location).toEqual(['a%0D%0Aset-cookie: b']);
  });

  it('keeps its length for a HEAD', async () => {
    const { multiValueHeaders } = await result(
      { status: 200, headers: { 'content-length': '12' } },
      { method: 'HEAD' },
    );
    expect(multiValueHeaders['content-length']).toEqual(['12']);
  });

  it('in pieces is put together', async () => {
    const response = { status: 200, headers: { 'content-type': 'image/png' }, stream: () => pieces(3, 2) };
    expect(Buffer.from((await result(response)).body, 'base64').toString()).toBe('aaaaaa');
  });
});

describe('an answer over 6 MB', () => {
  const large = { status: 200, headers: JSON_TYPE, body: Buffer.alloc(7 * MEGABYTE, 97) };

  it.each<[string, FhirResponse, { method?: string; path?: string }]>([
    ['text', large, {}],
    ['text that grows by its quotes', { ...large, body: Buffer.alloc(4 * MEGABYTE, '"') }, {}],
    ['bytes', { ...large, headers: { 'content-type': 'image/png' }, body: Buffer.alloc(5 * MEGABYTE) }, {}],
    ['a stream without end', { ...large, stream: () => pieces(Number.POSITIVE_INFINITY, MEGABYTE) }, {}],
    ['a search by POST', large, { method: 'POST', path: '/Patient/_search' }],
    ['an operation', large, { method: 'POST', path: '/Patient/$validate' }],
  ])('is refused with what to do: %s', async (_, response, request) => {
    const { statusCode, body } = await result(response, request);
    expect(statusCode).toBe(413);
    const outcome = JSON.parse(body);
    expect(outcome.issue[0].code).toBe('too-costly');
    expect(JSON.stringify(outcome)).toContain('_count');
  });

  it('does not hide that something was carried out', async () => {
    const response = { ...large, status: 201, headers: { ...JSON_TYPE, etag: 'W/"1"', location: '/Patient/1' } };
    const { statusCode, body, multiValueHeaders } = await result(response, { method: 'POST' });
    expect(statusCode).toBe(201);
    expect(multiValueHeaders).toMatchObject({ etag: ['W/"1"'], location: ['/Patient/1'] });
    expect(JSON.parse(body).issue[0]).toMatchObject({ severity: 'warning', code: 'too-costly' });
  });

  it('goes in gzip where that is taken', async () => {
    const { statusCode, body, isBase64Encoded, multiValueHeaders } = await result(large, {
      headers: { 'Accept-Encoding': 'br, gzip;q=0.5' },
    });
    expect([statusCode, isBase64Encoded]).toEqual([200, true]);
    expect(multiValueHeaders).toMatchObject({ 'content-encoding': ['gzip'], vary: ['accept-encoding'] });
    expect(gunzipSync(Buffer.from(body, 'base64')).equals(large.body)).toBe(true);
  });

  it.each(['gzip;q=0', 'identity', 'br'])('does not go in gzip for "%s"', async (accepted) => {
    expect((await result(large, { headers: { 'Accept-Encoding': accepted } })).statusCode).toBe(413);
  });

  it('is refused when gzip is of no help', async () => {
    const body = Buffer.from(randomBytes(8 * MEGABYTE).toString('hex'));
    const answer = await result({ ...large, body }, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.statusCode).toBe(413);
    expect(answer.multiValueHeaders['content-encoding']).toBeUndefined();
  });

  it('fits where 6 MB are not passed', async () => {
    const answer = await result({ ...large, body: Buffer.alloc(5.9 * MEGABYTE, 97) });
    expect(answer.statusCode).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6 * MEGABYTE);
  });
});
