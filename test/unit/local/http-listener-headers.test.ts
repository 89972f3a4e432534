import { once } from 'node:events';
import { get } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirRequest, FhirResponse } from '../../../src/api/http.ts';
import { type HttpListener, listen } from '../../../src/local/http-listener.ts';
import { makeCertificate } from './transport/certificate.ts';
import { header, rawClient, statuses } from './transport/raw-client.ts';

const reported: unknown[] = [];

/** Answers by the id it was given, and with what the URL says. */
async function handle({ url, id = '' }: FhirRequest): Promise<FhirResponse> {
  const headers: Record<string, string> = { 'x-seen-id': id };
  if (url === '/own') headers['cache-control'] = 'private, max-age=60';
  if (url === '/injected') headers.location = '/Patient/1\r\nset-cookie: a=b\r\n\r\n<script>';
  if (url === '/unicode') headers['content-type'] = 'text/名';
  if (url === '/fails') throw new Error('secret');
  if (url === '/impossible') return { status: 1, headers };
  return { status: 200, headers, body: Buffer.from('{}') };
}

const options = { host: '127.0.0.1', port: 0, report: (error: unknown) => reported.push(error) };

let listener: HttpListener;
beforeAll(async () => {
  listener = await listen({ handle }, { ...options, maxHeaders: 20, maxUrlLength: 1000, maxHeaderBytes: 4000 });
});
afterAll(() => listener.close());

const send = (text: string) => rawClient(listener.port, text).ended();
const lines = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join('');

const END = 'Host: x\r\nConnection: close\r\n\r\n';

/** Requests of every kind, with the status of each answer. */
const REQUESTS: readonly (readonly [what: string, request: string, status: number])[] = [
  ['one that is carried out', `GET / HTTP/1.1\r\n${END}`, 200],
  ['one that fails', `GET /fails HTTP/1.1\r\n${END}`, 500],
  ['what is no HTTP', 'nonsense\r\n\r\n', 400],
  ['TLS to a port without', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['two lengths', `POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${END}x`, 400],
  ['a length and chunks', `POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${END}0\r\n\r\n`, 400],
  ['a header that is folded', `GET / HTTP/1.1\r\nX-A: b\r\n c\r\n${END}`, 400],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['two Hosts', `GET / HTTP/1.1\r\nHOST: y\r\n${END}`, 400],
  ['HTTP/1.0 without a Host', 'GET / HTTP/1.0\r\n\r\n', 200],
  ['a URL that is too long', `GET /${'x'.repeat(1000)} HTTP/1.1\r\n${END}`, 414],
  ['a URL that is far too long', `GET /${'x'.repeat(10_000)} HTTP/1.1\r\n${END}`, 414],
  ['one header that is too long', `GET / HTTP/1.1\r\nX-A: ${'x'.repeat(5000)}\r\n${END}`, 431],
  ['too many headers', `GET / HTTP/1.1\r\n${lines(20, (i) => `a${i}: b\r\n`)}${END}`, 431],
  ['far too many headers', `GET / HTTP/1.1\r\n${lines(500, (i) => `a${i}: b\r\n`)}${END}`, 431],
  ['an unknown expectation', `GET / HTTP/1.1\r\nExpect: tea\r\n${END}`, 417],
  ['CONNECT', `CONNECT x:443 HTTP/1.1\r\n${END}`, 501],
];

describe('every answer', () => {
  it.each(REQUESTS)('to %s has an id and the headers of security', async (_, request, status) => {
    const answer = await send(request);
    expect(statuses(answer)).toEqual([status]);
    expect(header(answer, 'x-request-id')).toMatch(/^[0-9a-f]{16}-\w+$/);
    expect(header(answer, 'x-content-type-options')).toBe('nosniff');
    expect(header(answer, 'cache-control')).toBe('no-store');
    expect(header(answer, 'referrer-policy')).toBe('no-referrer');
    expect(header(answer, 'content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(header(answer, 'strict-transport-security')).toBeUndefined();
    if (status >= 400) expect(answer).toContain('"resourceType":"OperationOutcome"');
  });

  it('has the id that the handler was given', async () => {
    for (const given of ['', 'X-Request-Id: ward-7.1\r\n', 'X-Request-Id: no good; id\r\n']) {
      const answer = await send(`GET / HTTP/1.1\r\n${given}${END}`);
      expect(header(answer, 'x-request-id')).toBe(header(answer, 'x-seen-id'));
      expect(header(answer, 'x-request-id') === 'ward-7.1').toBe(given.includes('ward-7.1'));
    }
  });

  it("has the client's id when it is refused", async () => {
    const answer = await send(`GET /${'x'.repeat(1000)} HTTP/1.1\r\nX-Request-Id: ward-7.1\r\n${END}`);
    expect(header(answer, 'x-request-id')).toBe('ward-7.1');
  });

  it("keeps the handler's own Cache-Control", async () => {
    expect(header(await send(`GET /own HTTP/1.1\r\n${END}`), 'cache-control')).toBe('private, max-age=60');
  });
});

describe('a value that a header can not have', () => {
  it.each([
    ['/injected', 'location', '/Patient/1%0D%0Aset-cookie: a=b%0D%0A%0D%0A<script>'],
    ['/unicode', 'content-type', 'text/%E5%90%8D'],
  ])('of %s stays in its header', async (path, name, value) => {
    const answer = await send(`GET ${path} HTTP/1.1\r\n${END}`);
    expect(statuses(answer)).toEqual([200]);
    expect(header(answer, name)).toBe(value);
    expect(header(answer, 'set-cookie')).toBeUndefined();
    expect(reported.pop()).toMatchObject({ code: 'ERR_INVALID_CHAR' });
  });

  it('or a status that is none ends the connection, not the server', async () => {
    expect(await send(`GET /impossible HTTP/1.1\r\n${END}`)).toBe('');
    expect(reported.pop()).toMatchObject({ code: 'ERR_HTTP_INVALID_STATUS_CODE' });
    expect(statuses(await send(`GET / HTTP/1.1\r\n${END}`))).toEqual([200]);
  });
});

describe('requests on one connection', () => {
  it('are answered in order when they come at once', async () => {
    const one = (id: string) => `GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`;
    const answer = await send(`${one('a')}${one('b')}GET / HTTP/1.1\r\nX-Request-Id: c\r\n${END}`);
    expect([...answer.matchAll(/x-request-id: (\w)/g)].map(([, id]) => id)).toEqual(['a', 'b', 'c']);
  });

  it('are not mixed up with what is no request after them', async () => {
    const other = await listen({ handle: () => new Promise(() => {}) }, { ...options, closeTimeout: 0 });
    // The first one's answer is due: a 400 now would be taken for it.
    expect(await rawClient(other.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n').ended()).toBe('');
    await other.close();
  });

  it('end with one that was not told to send its body', async () => {
    const asked = 'PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 20\r\n\r\n';
    const answer = await send(`${asked}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(statuses(answer)).toEqual([200]);
    expect(header(answer, 'connection')).toBe('close');
  });
});

describe('over TLS', () => {
  const good = makeCertificate();
  let secure: HttpListener;
  beforeAll(async () => {
    secure = await listen({ handle }, { ...options, tls: good });
  });
  afterAll(() => secure.close());

  const ask = async (url: string, ca: string) => {
    const [response] = await once(get(url, { ca, agent: false }), 'response');
    response.resume();
    return response;
  };

  it('answers who trusts the certificate', async () => {
    expect(secure.url).toBe(`https://127.0.0.1:${secure.port}`);
    const response = await ask(secure.url, good.cert);
    expect(response.statusCode).toBe(200);
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    await expect(ask(secure.url, makeCertificate().cert)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('tells browsers to use nothing else, but not of this machine itself', async () => {
    expect((await ask(secure.url, good.cert)).headers).not.toHaveProperty('strict-transport-security');
    const open = await listen({ handle }, { ...options, host: '0.0.0.0', tls: good });
    const response = await ask(`https://127.0.0.1:${open.port}`, good.cert);
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
    await open.close();
  });

  it.each([
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ] as const)('speaks %s: %s', async (version, spoken) => {
    const socket = connectTls({
      port: secure.port,
      host: '127.0.0.1',
      ca: good.cert,
      minVersion: version,
      maxVersion: version,
      // Without it OpenSSL itself refuses the old ones.
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const connected = once(socket, 'secureConnect');
    if (spoken) await connected;
    else await expect(connected).rejects.toThrow();
    socket.destroy();
  });

  it('survives what is no TLS, and connections that end before they begin', async () => {
    expect(await rawClient(secure.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n').ended()).not.toContain('HTTP/1.1 200');
    const client = rawClient(secure.port, '\x16\x03\x01');
    client.socket.destroy();
    await client.ended();
    expect((await ask(secure.url, good.cert)).statusCode).toBe(200);
  });

  it('closes though a client stands in the middle of its handshake', async () => {
    const other = await listen({ handle }, { ...options, tls: good, closeTimeout: 50 });
    const client = rawClient(other.port, '\x16\x03\x01');
    await once(client.socket, 'connect');
    await other.close();
    await client.ended();
  });
});
