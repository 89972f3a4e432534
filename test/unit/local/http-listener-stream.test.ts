import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FhirRequest, FhirResponse } from '../../../src/api/http.ts';
import { type HttpListener, listen } from '../../../src/local/http-listener.ts';
import { eventually, header, rawClient, statuses } from './transport/raw-client.ts';

const PIECE = Buffer.alloc(100_000, 'x');

/** What a test looks at, and what it decides. */
interface Played {
  /** Pieces that were made for an answer. */
  made: number;
  /** Bytes that were taken of a body. */
  taken: number;
  returned: boolean;
  error?: unknown;
  reported: unknown[];
  /** Lets a handler go on that waits. */
  go: () => void;
  waiting: Promise<void>;
}

let played: Played;
beforeEach(() => {
  let go = () => {};
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  played = { made: 0, taken: 0, returned: false, reported: [], go, waiting };
});

/** So many pieces; tells when it is ended. */
async function* pieces(state: Played, count: number, failAt = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  try {
    for (let i = 0; i < count; i++) {
      if (i === failAt) throw new Error('secret');
      state.made++;
      yield PIECE;
      await setImmediate();
    }
  } finally {
    state.returned = true;
  }
}

/** Reads the body as the URL says, and answers its length. */
async function upload(state: Played, { url, stream, method }: FhirRequest): Promise<FhirResponse> {
  if (stream === undefined || method !== 'POST') throw new Error('There is no body.');
  if (url === '/wait') await state.waiting;
  try {
    for await (const piece of stream()) {
      state.taken += piece.length;
      if (url === '/first') break;
      if (url === '/hold') await state.waiting;
    }
  } catch (error) {
    state.error = error;
    return { status: 400, headers: {} };
  }
  return { status: 200, headers: {}, body: Buffer.from(String(state.taken)) };
}

async function handle(request: FhirRequest): Promise<FhirResponse> {
  const state = played;
  const stream = (count: number, failAt?: number) => () => pieces(state, count, failAt);
  switch (request.url) {
    case '/known':
      return { status: 200, headers: { 'content-length': '300000' }, stream: stream(3) };
    case '/unknown':
      return { status: 200, headers: {}, stream: stream(3) };
    case '/empty':
      return { status: 200, headers: {}, stream: stream(0) };
    case '/endless':
      return { status: 200, headers: {}, stream: stream(Number.POSITIVE_INFINITY) };
    case '/fails-at-once':
      return { status: 200, headers: { 'content-length': '300000' }, stream: stream(3, 0) };
    case '/fails':
      return { status: 200, headers: { 'content-length': '300000' }, stream: stream(3, 2) };
    case '/fails-chunked':
      return { status: 200, headers: {}, stream: stream(3, 2) };
    case '/short':
      return { status: 200, headers: { 'content-length': '400000' }, stream: stream(3) };
    case '/long':
      return { status: 200, headers: { 'content-length': '250000' }, stream: stream(3) };
    case '/not-modified':
      return { status: 304, headers: {}, stream: stream(3) };
    default:
      return upload(state, request);
  }
}

const options = { host: '127.0.0.1', port: 0, report: (error: unknown) => played.reported.push(error) };

let listener: HttpListener;
beforeAll(async () => {
  listener = await listen({ handle }, options);
});
afterAll(() => listener.close());

const END = 'Host: x\r\nConnection: close\r\n\r\n';

describe('an answer that is a stream', () => {
  it.each([
    ['/known', '300000', null, 300_000],
    ['/unknown', null, 'chunked', 300_000],
    ['/empty', null, 'chunked', 0],
  ])('comes whole: %s', async (path, length, coding, bytes) => {
    const response = await fetch(listener.url + path);
    expect([response.headers.get('content-length'), response.headers.get('transfer-encoding')]).toEqual([
      length,
      coding,
    ]);
    expect((await response.arrayBuffer()).byteLength).toBe(bytes);
    await eventually(() => played.returned);
  });

  it('comes to HTTP/1.0 too, ended by the connection', async () => {
    const answer = await rawClient(listener.port, 'GET /unknown HTTP/1.0\r\n\r\n').ended();
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('x'.repeat(300_000));
  });

  it.each([
    ['HEAD', '/known', 200, '300000'],
    ['HEAD', '/unknown', 200, null],
    ['GET', '/not-modified', 304, null],
  ])('is not begun for what has no body: %s %s', async (method, path, status, length) => {
    const response = await fetch(listener.url + path, { method });
    expect([response.status, response.headers.get('content-length'), played.made]).toEqual([status, length, 0]);
  });

  it('is an error when it fails before its first piece', async () => {
    const response = await fetch(`${listener.url}/fails-at-once`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(played.reported).toHaveLength(1);
  });

  it.each(['/fails', '/fails-chunked', '/short', '/long'])(
    'is seen not to be whole when it goes wrong: %s',
    async (path) => {
      const response = await fetch(listener.url + path);
      expect(response.status).toBe(200);
      await expect(response.arrayBuffer()).rejects.toThrow();
      expect(played.reported).toHaveLength(1);
      expect(played.returned).toBe(true);
    },
  );

  it('is made no faster than it is read', async () => {
    const client = rawClient(listener.port, `GET /endless HTTP/1.1\r\n${END}`);
    client.socket.pause();
    let before = -1;
    // Until what the two kernels hold is full, and nothing moves any more.
    while (played.made !== before) {
      before = played.made;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(before).toBeLessThan(200);
    client.socket.resume();
    await eventually(() => played.made > before + 10);
    expect(played.returned).toBe(false);
    client.socket.destroy();
    await eventually(() => played.returned);
    expect(played.reported).toEqual([]);
  });

  it('ends when its client goes away, before its turn too', async () => {
    const client = rawClient(listener.port, `POST /wait HTTP/1.1\r\nHost: x\r\n\r\nGET /endless HTTP/1.1\r\n${END}`);
    await eventually(() => played.made > 0);
    client.socket.destroy();
    await eventually(() => played.returned);
    played.go();
  });
});

describe('a body that is read as a stream', () => {
  it.each([0, 1, 5_000_000])('comes whole: %i bytes', async (length) => {
    const response = await fetch(listener.url, { method: 'POST', body: 'x'.repeat(length) });
    expect(await response.text()).toBe(String(length));
  });

  it('comes in chunks too', async () => {
    const body = new Blob(['x'.repeat(3_000_000)]).stream();
    const response = await fetch(listener.url, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await response.text()).toBe('3000000');
  });

  it('begins when a client is told to go on', async () => {
    const client = rawClient(listener.port, `POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${END}`);
    await client.until(/100 Continue/);
    client.socket.write('ok');
    expect(statuses(await client.ended())).toEqual([100, 200]);
  });

  it('is sent no faster than it is taken', async () => {
    const total = 50_000_000;
    const client = rawClient(listener.port, `POST /hold HTTP/1.1\r\nContent-Length: ${total}\r\n${END}`);
    client.socket.write(Buffer.alloc(total));
    let before = -1;
    while (client.socket.writableLength !== before) {
      before = client.socket.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(played.taken).toBeLessThan(1_000_000);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    played.go();
    expect(await client.ended()).toContain(String(total));
  });

  it('is an error when the connection ends in the middle', async () => {
    const client = rawClient(listener.port, `POST / HTTP/1.1\r\nContent-Length: 100\r\n${END}half`);
    await eventually(() => played.taken > 0);
    client.socket.destroy();
    await eventually(() => played.error !== undefined);
    expect(played.error).toMatchObject({ name: 'FhirError', status: 400 });
  });

  it('is an error when the connection has ended before it is asked for', async () => {
    const client = rawClient(listener.port, `POST /wait HTTP/1.1\r\nContent-Length: 100\r\n${END}half`);
    await once(client.socket, 'connect');
    client.socket.destroy();
    await client.ended();
    await fetch(`${listener.url}/empty`);
    played.go();
    await eventually(() => played.error !== undefined);
    expect(played.error).toMatchObject({ name: 'FhirError', status: 400 });
  });

  it('may be left in the middle: the answer comes, and the next one on the same connection', async () => {
    const client = rawClient(listener.port, 'POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    client.socket.write(Buffer.alloc(500_000));
    await client.until(/200 OK/);
    client.socket.write(Buffer.alloc(500_000));
    client.socket.write(`GET /empty HTTP/1.1\r\n${END}`);
    const answer = await client.ended();
    expect(statuses(answer)).toEqual([200, 200]);
    expect(header(answer, 'connection')).not.toBe('close');
  });
});

describe('a listener that closes', () => {
  it('finishes the streams that have begun, and takes no more', async () => {
    const other = await listen({ handle }, options);
    const client = rawClient(other.port, 'POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    await eventually(() => played.taken === 2);
    const closing = other.close();
    await expect(fetch(other.url)).rejects.toThrow();
    client.socket.write('cd');
    played.go();
    const answer = await client.ended();
    expect(answer).toMatch(/\r\n\r\n4$/);
    expect(header(answer, 'connection')).toBe('close');
    await closing;
  });

  it('does not wait for a connection whose answer had begun when it is out', async () => {
    const other = await listen({ handle }, options);
    const begin = performance.now();
    const client = rawClient(other.port, 'GET /known HTTP/1.1\r\nHost: x\r\n\r\n');
    client.socket.pause();
    await eventually(() => played.made > 0);
    const closing = other.close();
    client.socket.resume();
    await Promise.all([client.ended(), closing]);
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it('ends what takes longer than it may', async () => {
    const other = await listen({ handle }, { ...options, closeTimeout: 50 });
    const client = rawClient(other.port, `GET /endless HTTP/1.1\r\n${END}`);
    await eventually(() => played.made > 0);
    await other.close();
    await client.ended();
    await eventually(() => played.returned);
  });
});
