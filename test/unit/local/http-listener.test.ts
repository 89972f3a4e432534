import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirRequest, FhirResponse } from '../../../src/api/http.ts';
import { type HttpListener, listen } from '../../../src/local/http-listener.ts';

const LIMIT = 1000;
const BYTES = Buffer.from('{"a":1}');

/** Answers by what the URL says. */
async function handle(asked: FhirRequest): Promise<FhirResponse> {
  const headers = { 'content-type': 'application/fhir+json' };
  switch (asked.url) {
    case '/pieces':
      return { status: 200, headers, body: [BYTES.subarray(0, 3), BYTES.subarray(3)] };
    case '/none':
      return { status: 204, headers: {} };
    case '/minimal':
      return { status: 201, headers: {} };
    case '/head':
      return { status: 200, headers: { ...headers, 'content-length': '7' } };
    case '/echo':
      try {
        return { status: 200, headers, body: await asked.body(LIMIT) };
      } catch (error) {
        return { status: (error as { status: number }).status, headers, body: BYTES };
      }
    case '/unread':
      return { status: 404, headers, body: BYTES };
    case '/broken':
      throw new Error('secret');
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { status: 200, headers, body: BYTES };
    default:
      return { status: 200, headers, body: BYTES };
  }
}

let listener: HttpListener;
beforeAll(async () => {
  listener = await listen({ handle }, { port: 0, host: '127.0.0.1' });
});
afterAll(() => listener.close());

/** Sends raw bytes and gives what comes until the connection ends. */
async function raw(...parts: string[]): Promise<string> {
  const socket = connect(listener.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('the listener', () => {
  it('says where it is', () => {
    expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
  });

  it('answers with length and a request id', async () => {
    const [one, two] = [await fetch(`${listener.url}/pieces`), await fetch(`${listener.url}/pieces`)];
    expect(await one.text()).toBe('{"a":1}');
    expect(one.headers.get('content-length')).toBe('7');
    expect(one.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}-\w+$/);
    expect(two.headers.get('x-request-id')).not.toBe(one.headers.get('x-request-id'));
  });

  it('keeps the request id of a client that gives a usable one', async () => {
    const of = async (id: string) =>
      (await fetch(listener.url, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await of('abc-1')).toBe('abc-1');
    expect(await of('no good; id')).not.toBe('no good; id');
  });

  it.each([
    ['/none', 204, null],
    ['/minimal', 201, '0'],
  ])('answers %s without a body', async (path, status, length) => {
    const response = await fetch(listener.url + path);
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      status,
      length,
      '',
    ]);
  });

  it('keeps the length that the answer to a HEAD has', async () => {
    const response = await fetch(`${listener.url}/head`, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('7');
  });

  it.each([0, 1, LIMIT])('reads a body of %i bytes', async (length) => {
    const response = await fetch(`${listener.url}/echo`, { method: 'POST', body: 'x'.repeat(length) });
    expect(await response.text()).toBe('x'.repeat(length));
  });

  it.each([LIMIT + 1, 1_000_000, 20_000_000])('answers 413 to a body of %i bytes, and is read', async (length) => {
    const response = await fetch(`${listener.url}/echo`, { method: 'POST', body: 'x'.repeat(length) });
    expect([response.status, await response.text()]).toEqual([413, '{"a":1}']);
    expect(response.headers.get('connection')).toBe('close');
  });

  it('answers 413 to a body without a length', async () => {
    const body = new Blob(['x'.repeat(3_000_000)]).stream();
    const response = await fetch(`${listener.url}/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('answers 413 before the body comes to a client that waits', async () => {
    const head = 'POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n';
    expect(await raw(`${head}Content-Length: 1001\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    const answer = await raw(`${head}Content-Length: 2\r\nConnection: close\r\n\r\n`, 'ok');
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK(?:.|\n|\r)*\r\n\r\nok$/);
  });

  it('goes on on the same connection after a body that nobody read', async () => {
    const first = 'POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n';
    const answer = await raw(first, 'x'.repeat(200_000), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('answers what is no HTTP by 400 with an outcome, and lives', async () => {
    for (const nonsense of [
      'nonsense\r\n\r\n',
      'GET / HTTP/1.1\r\nbad header\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      '\0\0\0\0',
    ]) {
      const answer = await raw(nonsense);
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
      expect(answer).toContain('"resourceType":"OperationOutcome"');
    }
    expect((await fetch(listener.url)).status).toBe(200);
  });

  it('answers 414 to a URL that is too long', async () => {
    expect(await raw(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 414 /);
  });

  it('survives clients that go away', async () => {
    const socket = connect(listener.port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.destroy();
    await once(socket, 'close');
    expect((await fetch(listener.url)).status).toBe(200);
  });

  it('answers a handler that rejects by 500, and tells nothing', async () => {
    const response = await fetch(`${listener.url}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('refuses a port that is taken', async () => {
    await expect(listen({ handle }, { port: listener.port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('finishes what has begun when it closes, and does not wait for idle connections', async () => {
    const other = await listen({ handle }, { port: 0, host: '127.0.0.1' });
    await fetch(other.url);
    const slow = request(`${other.url}/slow`);
    slow.end();
    await once(slow, 'socket');
    const answered = once(slow, 'response');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const begin = Date.now();
    const closing = other.close();
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    response.resume();
    await closing;
    expect(Date.now() - begin).toBeLessThan(5000);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
