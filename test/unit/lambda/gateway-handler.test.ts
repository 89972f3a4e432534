import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGatewayHandler } from '../../../src/lambda/gateway-handler.ts';
import { BASE_URL, eventOf, openTestFunction, type TestFunction } from './function-fixture.ts';

const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Chalmers' }], birthDate: '1974-12-25' };

let api: TestFunction;
beforeEach(() => {
  api = openTestFunction({ audited: true });
});
afterEach(() => api.close());

async function ask(...event: Parameters<typeof eventOf>) {
  const { body, ...result } = await api.handle(eventOf(...event));
  return { ...result, resource: body === '' ? undefined : JSON.parse(body) };
}

const put = () => ask('PUT', '/Patient/p1', { body: JSON.stringify(PATIENT) });

describe('the api function', () => {
  it('creates, reads and finds', async () => {
    const created = await put();
    expect(created.statusCode).toBe(201);
    expect(created.multiValueHeaders.location).toEqual([`${BASE_URL}/Patient/p1/_history/1`]);
    const read = await ask('GET', '/Patient/p1');
    expect(read.resource).toMatchObject({ ...PATIENT, meta: { versionId: '1' } });
    expect(read.multiValueHeaders.etag).toEqual(['W/"1"']);
    const multiValueQueryStringParameters = {
      name: ['chalmers'],
      birthdate: ['ge1970', 'lt1980'],
      _total: ['accurate'],
    };
    const found = await ask('GET', '/Patient', { multiValueQueryStringParameters });
    expect(found.resource).toMatchObject({ type: 'searchset', total: 1 });
    expect(found.resource.link[0].url.startsWith(`${BASE_URL}/Patient?`)).toBe(true);
  });

  it('carries out a transaction that came packed', async () => {
    const entry = [{ resource: PATIENT, request: { method: 'PUT', url: 'Patient/p1' } }];
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    const base = eventOf('POST', '/', { pathParameters: null });
    const multiValueHeaders = { ...base.multiValueHeaders, 'Content-Encoding': ['gzip'] };
    const body = gzipSync(JSON.stringify(bundle)).toString('base64');
    const event = { pathParameters: null, multiValueHeaders, body, isBase64Encoded: true };
    const { statusCode, resource } = await ask('POST', '/', event);
    expect([statusCode, resource.type, resource.entry[0].response.status]).toEqual([
      200,
      'transaction-response',
      '201 Created',
    ]);
  });

  it.each<[string, Parameters<typeof eventOf>, number, string]>([
    ['what is not there', ['GET', '/Patient/none'], 404, 'not-found'],
    ['a type that is none', ['GET', '/Nothing/1'], 404, 'not-supported'],
    ['an id that is none', ['GET', '/Patient/a b'], 400, 'value'],
    ['a path that climbs', ['GET', '/Patient/../metadata'], 404, 'not-supported'],
    ['a body that is not JSON', ['POST', '/Patient', { body: '{"resourceType":' }], 400, 'structure'],
    ['a body over the limit', ['POST', '/Patient', { body: `"${'x'.repeat(1_000_000)}"` }], 413, 'too-long'],
    ['a URL over the limit', ['GET', `/Patient/${'x'.repeat(20_000)}`], 414, 'too-long'],
    ['a request without a token', ['GET', '/Patient/p1', { multiValueHeaders: {} }], 401, 'login'],
    ['a request without a key', ['GET', '/Patient/p1', { requestContext: {} }], 401, 'login'],
  ])('refuses %s by an OperationOutcome', async (_, event, status, code) => {
    const { statusCode, resource, multiValueHeaders } = await ask(...event);
    expect([statusCode, resource.resourceType, resource.issue[0].code]).toEqual([status, 'OperationOutcome', code]);
    expect(multiValueHeaders['content-type']?.[0]).toContain('application/fhir+json');
    expect(api.reported).toEqual([]);
  });

  it('tells what it can do to anyone', async () => {
    const { statusCode, resource } = await ask('GET', '/metadata', { multiValueHeaders: null, requestContext: {} });
    expect([statusCode, resource.implementation.url]).toEqual([200, BASE_URL]);
  });

  it('answers the headers alone to a HEAD', async () => {
    await put();
    const { statusCode, resource, multiValueHeaders } = await ask('HEAD', '/Patient/p1');
    expect([statusCode, resource]).toEqual([200, undefined]);
    expect(multiValueHeaders).toMatchObject({ etag: ['W/"1"'], 'x-content-type-options': ['nosniff'] });
  });

  it('records each request by a line that says nothing of what is in it, and writes no other', async () => {
    const { multiValueHeaders } = await put();
    await ask('GET', '/Patient/none');
    expect(api.lines).toHaveLength(2);
    expect(JSON.parse(api.lines[0] ?? '').audit).toMatchObject({
      v: 1,
      request: multiValueHeaders['x-request-id']?.[0],
      status: 201,
      user: { id: 'ann' },
      client: { id: 'key1', name: 'clinic' },
      address: '192.0.2.1',
      type: 'Patient',
      id: 'p1',
    });
    expect(api.lines.join()).not.toMatch(/Chalmers|1974|Bearer|\.good/);
  });
});

describe('a server that fails on the way', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('Chalmers'))],
    [
      'breaks off a stream',
      async () => ({
        status: 200,
        headers: {},
        async *stream() {
          yield Buffer.from('Chal');
          throw new Error('Chalmers');
        },
      }),
    ],
  ])('is an OperationOutcome, and reported: it %s', async (_, handle) => {
    const reported: unknown[] = [];
    const handler = createGatewayHandler({
      server: { handle },
      baseUrl: BASE_URL,
      fhirVersion: '4.0.1',
      maxUrlLength: 1000,
      report: (error) => reported.push(error),
    });
    const { statusCode, body } = await handler(eventOf('GET', '/Patient/p1'));
    expect([statusCode, JSON.parse(body).issue[0].code]).toEqual([500, 'exception']);
    expect(body).not.toContain('Chal');
    expect(reported).toHaveLength(1);
  });

  it('answers a page of an allowed origin, and its preflight without anyone being asked who they are', async () => {
    const cors = { origins: ['https://app.example.org'] };
    const other = openTestFunction({ audited: true, cors });
    const Origin = ['https://app.example.org'];
    const preflight = await other.handle(
      eventOf('OPTIONS', '/Patient', { multiValueHeaders: { Origin, 'Access-Control-Request-Method': ['GET'] } }),
    );
    expect(preflight).toMatchObject({
      statusCode: 204,
      multiValueHeaders: {
        'access-control-allow-origin': Origin,
        'access-control-allow-headers': [expect.any(String)],
      },
    });
    const { multiValueHeaders } = eventOf('GET', '/Patient');
    const page = await other.handle(
      eventOf('GET', '/Patient', { multiValueHeaders: { ...multiValueHeaders, Origin } }),
    );
    expect(page).toMatchObject({ statusCode: 200, multiValueHeaders: { 'access-control-allow-origin': Origin } });
    await other.close();
    expect((await ask('GET', '/Patient')).multiValueHeaders['access-control-allow-origin']).toBeUndefined();
  });
});
