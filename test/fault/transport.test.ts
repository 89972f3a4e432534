import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirRequest, FhirResponse } from '../../src/api/http.ts';
import { type HttpListener, listen } from '../../src/local/http-listener.ts';
import { eventually, header, rawClient, statuses } from '../unit/local/transport/raw-client.ts';

const IDLE = 300;

let returned = 0;

/** Takes a body, whole or in pieces, and gives an answer, whole or in pieces. */
async function handle({ method, url, body, stream }: FhirRequest): Promise<FhirResponse> {
  const headers = {};
  try {
    if (method === 'POST' && url === '/whole') return { status: 200, headers, body: await body(1000) };
    if (method === 'POST') {
      let length = 0;
      for await (const piece of stream?.() ?? []) length += piece.length;
      return { status: 200, headers, body: Buffer.from(String(length)) };
    }
  } catch (error) {
    return { status: (error as { status: number }).status, headers };
  }
  if (url === '/large') return { status: 200, headers, body: Buffer.alloc(50_000_000) };
  if (url === '/thinks') await sleep(IDLE * 3);
  if (url === '/endless') {
    return {
      status: 200,
      headers,
      stream: async function* () {
        try {
          for (;;) yield Buffer.alloc(100_000);
        } finally {
          returned++;
        }
      },
    };
  }
  return { status: 200, headers, body: Buffer.from('{}') };
}

let listener: HttpListener;
beforeAll(async () => {
  const limits = { headersTimeout: IDLE, idleTimeout: IDLE, minBytesPerSecond: 100, lingerTimeout: IDLE };
  listener = await listen({ handle }, { host: '127.0.0.1', port: 0, ...limits, keepAliveTimeout: IDLE * 2 });
});
afterAll(() => listener.close());

/** Sends a piece again and again until the connection ends. */
async function dribble(first: string, piece: string, ms: number): Promise<string> {
  const client = rawClient(listener.port, first);
  const timer = setInterval(() => client.socket.writable && client.socket.write(piece), ms);
  try {
    return await client.ended();
  } finally {
    clearInterval(timer);
  }
}

const END = 'Host: x\r\nConnection: close\r\n\r\n';

describe('a client that is too slow is dropped', () => {
  it.each([
    ['sends its headers byte by byte', 'GET / HTTP/1.1\r\n', 'x'],
    ['sends header after header', 'GET / HTTP/1.1\r\n', 'X-A: b\r\n'],
  ])('which %s', async (_, first, piece) => {
    const answer = await dribble(first, piece, 50);
    expect(statuses(answer)).toEqual([408]);
    expect(header(answer, 'x-request-id')).toBeDefined();
  });

  it('which sends nothing', async () => {
    await rawClient(listener.port).ended();
  });

  it.each(['/whole', '/stream'])('which sends its body byte by byte: %s', async (path) => {
    const answer = await dribble(`POST ${path} HTTP/1.1\r\nContent-Length: 900\r\nHost: x\r\n\r\n`, 'x', 50);
    expect(statuses(answer)).toEqual([408]);
    expect(header(answer, 'connection')).toBe('close');
  });

  it.each(['/whole', '/stream'])('which stops in the middle of its body: %s', async (path) => {
    const answer = await rawClient(
      listener.port,
      `POST ${path} HTTP/1.1\r\nContent-Length: 900\r\nHost: x\r\n\r\n${'x'.repeat(500)}`,
    ).ended();
    expect(statuses(answer)).toEqual([408]);
  });

  it('which goes on sending a body whose answer is out', async () => {
    const answer = await dribble('GET / HTTP/1.1\r\nContent-Length: 100000\r\nHost: x\r\n\r\n', 'x', 20);
    expect(statuses(answer)).toEqual([200]);
  });

  it.each(['/large', '/endless'])('which does not read its answer: %s', async (path) => {
    const before = returned;
    const client = rawClient(listener.port);
    client.socket.pause();
    client.socket.write(`GET ${path} HTTP/1.1\r\n${END}`);
    if (path === '/endless') await eventually(() => returned > before);
    else await sleep(IDLE * 3);
    client.socket.resume();
    // What the kernel holds still comes; the rest never.
    const answer = await client.ended();
    expect(answer.length).toBeLessThan(50_000_000);
  });
});

describe('a client is not dropped', () => {
  it('while its answer is being thought about', async () => {
    expect(statuses(await rawClient(listener.port, `GET /thinks HTTP/1.1\r\n${END}`).ended())).toEqual([200]);
  });

  it.each(['/whole', '/stream'])('while its body comes, however long it takes: %s', async (path) => {
    const client = rawClient(listener.port, `POST ${path} HTTP/1.1\r\nContent-Length: 900\r\n${END}`);
    for (let i = 0; i < 9; i++) {
      await sleep(IDLE / 3);
      client.socket.write('x'.repeat(100));
    }
    expect(statuses(await client.ended())).toEqual([200]);
  });

  it('while it reads, however long it takes', async () => {
    const client = rawClient(listener.port);
    let length = 0;
    client.socket.removeAllListeners('data');
    const began = performance.now();
    client.socket.on('data', (chunk) => {
      length += chunk.length;
      client.socket.pause();
      setTimeout(() => client.socket.resume(), 1);
    });
    client.socket.write(`GET /large HTTP/1.1\r\n${END}`);
    await client.ended();
    expect(length).toBeGreaterThan(50_000_000);
    expect(performance.now() - began).toBeGreaterThan(IDLE);
  });
});

it('closes connections over the limit, and takes new ones when there is room', async () => {
  const small = await listen({ handle }, { host: '127.0.0.1', port: 0, maxConnections: 1 });
  const first = rawClient(small.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await first.until(/200 OK/);
  expect(await rawClient(small.port, `GET / HTTP/1.1\r\n${END}`).ended()).toBe('');
  first.socket.destroy();
  await first.ended();
  let answer = '';
  while (answer === '') answer = await rawClient(small.port, `GET / HTTP/1.1\r\n${END}`).ended();
  expect(statuses(answer)).toEqual([200]);
  await small.close();
});

it('passes a body of 300 MB in constant memory, both ways', async () => {
  const total = 300_000_000;
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const client = rawClient(listener.port, `POST /stream HTTP/1.1\r\nContent-Length: ${total}\r\n${END}`);
  const piece = Buffer.alloc(1_000_000);
  for (let sent = 0; sent < total; sent += piece.length) {
    if (!client.socket.write(piece)) await new Promise((resolve) => client.socket.once('drain', resolve));
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(await client.ended()).toMatch(new RegExp(`${total}$`));
  expect(most).toBeLessThan(100_000_000);
});
