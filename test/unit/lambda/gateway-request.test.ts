import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from '../../../src/lambda/gateway-event.ts';
import { requestOf } from '../../../src/lambda/gateway-request.ts';
import { eventOf } from './function-fixture.ts';

interface Place {
  readonly path: string;
  readonly whole?: string | undefined;
  readonly proxy?: string | undefined;
  readonly base: string;
}

function urlAt(
  { path, whole, proxy, base }: Place,
  query: GatewayEvent['multiValueQueryStringParameters'] = null,
): string {
  const event = eventOf('GET', path, {
    pathParameters: proxy === undefined ? null : { proxy },
    requestContext: { path: whole },
    multiValueQueryStringParameters: query,
  });
  return requestOf(event, base).url;
}

describe('the path of a request', () => {
  it.each<[string, Place, string]>([
    [
      'keeps the stage that the base has',
      { path: '/Patient/1', whole: '/prod/Patient/1', base: '/prod' },
      '/prod/Patient/1',
    ],
    ['is the root of the stage', { path: '/', whole: '/prod', base: '/prod' }, '/prod'],
    [
      'keeps the base path of a custom domain',
      { path: '/fhir/Patient/1', whole: '/fhir/Patient/1', base: '/fhir' },
      '/fhir/Patient/1',
    ],
    ['has no base at a domain of its own', { path: '/Patient/1', whole: '/Patient/1', base: '' }, '/Patient/1'],
    [
      'of the stage address, where the base is a domain',
      { path: '/Patient/1', whole: '/prod/Patient/1', proxy: 'Patient/1', base: '' },
      '/Patient/1',
    ],
    [
      'of a domain with another base path than the service',
      { path: '/v1/Patient/1', whole: '/v1/Patient/1', proxy: 'Patient/1', base: '/prod' },
      '/Patient/1',
    ],
    [
      'is not taken for below a base that is half its name',
      { path: '/production', whole: undefined, base: '/prod' },
      '/production',
    ],
    ['keeps what is encoded', { path: '/Patient/a%2Fb', base: '' }, '/Patient/a%2Fb'],
    ['encodes what came decoded', { path: '/Patient/ä b?c#d', base: '' }, '/Patient/%C3%A4%20b%3Fc%23d'],
    ['encodes a sign of percent that begins nothing', { path: '/Patient/100%', base: '' }, '/Patient/100%25'],
    ['keeps operations', { path: '/Patient/1/$everything', base: '' }, '/Patient/1/$everything'],
  ])('%s', (_, place, expected) => {
    expect(urlAt(place)).toBe(expected);
  });
});

describe('the query of a request', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>]>([
    ['one value', { name: ['chalmers'] }],
    ['values of one name, in their order', { date: ['ge2020', 'lt2021'], _id: ['1'] }],
    ['what has a meaning in queries', { identifier: ['urn:a|b&c=d#e?f'], 'name:exact': ['A+B 100%'] }],
    ['what is encoded after the gateway has decoded it once', { _cursor: ['a%2Fb%3D'] }],
    ['other scripts', { name: ['Łukasz 山田'] }],
    ['empty values', { _summary: [''] }],
  ])('is what the client meant: %s', (_, query) => {
    const url = new URL(urlAt({ path: '/Patient', base: '' }, query), 'https://example.org');
    const names = [...new Set(url.searchParams.keys())];
    expect(Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]))).toEqual(query);
  });

  it('takes the single values of an event that has no others', () => {
    const event = eventOf('GET', '/Patient', { queryStringParameters: { name: 'x' } });
    expect(requestOf({ ...event, multiValueQueryStringParameters: undefined }, '').url).toBe('/Patient?name=x');
  });

  it('survives half a character', () => {
    expect(urlAt({ path: '/Patient', base: '' }, { name: ['\ud800'] })).toBe('/Patient?name=%EF%BF%BD');
  });
});

describe('the headers of a request', () => {
  it('are by lower-case name, repeated ones joined', () => {
    const event = eventOf('GET', '/', {
      multiValueHeaders: { 'If-Match': ['W/"1"'], Accept: ['a/b', 'c/d'], accept: ['e/f'] },
    });
    expect(requestOf(event, '').headers).toEqual({ 'if-match': 'W/"1"', accept: 'a/b, c/d, e/f' });
  });

  it('give no one the id of another API key', () => {
    const event = eventOf('GET', '/', { multiValueHeaders: { apiKeyId: ['key2'], 'x-fwoa-api-key-id': ['key2'] } });
    expect(requestOf(event, '').apiKeyId).toBe('key1');
  });

  it.each([
    ['abc-1', 'abc-1'],
    ['not usable\n', 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef'],
    [undefined, 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef'],
  ])('name the request %j: %s', (given, expected) => {
    const multiValueHeaders = given === undefined ? {} : { 'X-Request-Id': [given] };
    const request = requestOf(eventOf('GET', '/', { multiValueHeaders }), '');
    expect([request.id, request.remoteAddress]).toEqual([expected, '192.0.2.1']);
  });
});

describe('the body of a request', () => {
  const text = '{"a":"ä"}';
  const zipped = gzipSync(text).toString('base64');
  const inGzip = { multiValueHeaders: { 'Content-Encoding': ['GZIP'] }, isBase64Encoded: true };

  it.each<[string, Partial<GatewayEvent>, string]>([
    ['as text', { body: text }, text],
    ['in base64', { body: Buffer.from(text).toString('base64'), isBase64Encoded: true }, text],
    ['in gzip', { ...inGzip, body: zipped }, text],
    ['that is not there', { body: null }, ''],
  ])('%s', async (_, change, expected) => {
    const request = requestOf(eventOf('POST', '/', change), '');
    expect(Buffer.from(await request.body(100)).toString()).toBe(expected);
    expect(request.headers['content-encoding']).toBeUndefined();
  });

  it.each<[string, Partial<GatewayEvent>, number]>([
    ['over the limit', { body: 'x'.repeat(101) }, 413],
    ['over the limit once unpacked', { ...inGzip, body: gzipSync('x'.repeat(1_000_000)).toString('base64') }, 413],
    ['that is not gzip', { ...inGzip, body: Buffer.from('nothing').toString('base64') }, 400],
    [
      'that breaks off in gzip',
      { ...inGzip, body: Buffer.from(zipped, 'base64').subarray(0, 15).toString('base64') },
      400,
    ],
  ])('is refused %s', async (_, change, status) => {
    await expect(requestOf(eventOf('POST', '/', change), '').body(100)).rejects.toMatchObject({ status });
  });
});
