import { describe, expect, it } from 'vitest';
import { guardHost } from '../../../src/local/guard-host.ts';

async function statusFor(header: string | undefined, url: string, host: string): Promise<number> {
  const handle = guardHost(async () => ({ status: 200, headers: {} }), { url, host });
  const headers = { host: header };
  return (await handle({ method: 'GET', url: '/', headers, body: async () => new Uint8Array() })).status;
}

describe('a server on this machine alone', () => {
  it.each([
    ['127.0.0.1:8080', 200],
    ['localhost:8080', 200],
    ['LOCALHOST', 200],
    ['[::1]:8080', 200],
    [undefined, 200],
    ['evil.example:8080', 421],
    ['127.0.0.1.evil.example', 421],
    ['', 421],
  ])('answers a request for host %j with %d', async (header, status) => {
    expect(await statusFor(header, 'http://127.0.0.1:8080', '127.0.0.1')).toBe(status);
  });

  it('answers for its base URL', async () => {
    expect(await statusFor('fhir.example.org', 'https://fhir.example.org/r4', '127.0.0.1')).toBe(200);
  });
});

describe('a server on the network', () => {
  it('answers for any name', async () => {
    expect(await statusFor('ward7.example', 'http://0.0.0.0:8080', '0.0.0.0')).toBe(200);
  });
});
