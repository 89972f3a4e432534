import { describe, expect, it } from 'vitest';
import { withCors } from '../../../src/api/cors.ts';
import type { FhirResponse } from '../../../src/api/http.ts';
import { guardHost } from '../../../src/local/guard-host.ts';

const APP = 'https://app.example.org';
const PREFLIGHT = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' };

interface Asked {
  readonly origins?: readonly string[];
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly vary?: string;
}

/** The answer, and whether it is the server's own. */
async function ask({ origins = [APP], method = 'GET', headers = {}, vary }: Asked) {
  let reached = false;
  const handle = async (): Promise<FhirResponse> => {
    reached = true;
    return { status: 200, headers: { etag: 'W/"1"', ...(vary === undefined ? {} : { vary }) } };
  };
  const response = await withCors(handle, { origins })({
    method,
    url: '/',
    headers,
    body: async () => new Uint8Array(),
  });
  return { ...response, reached };
}

describe('a page of an allowed origin', () => {
  it('is told before it asks that it may', async () => {
    const { status, headers, reached } = await ask({ method: 'OPTIONS', headers: { origin: APP, ...PREFLIGHT } });
    expect([status, reached]).toEqual([204, false]);
    expect(headers).toMatchObject({ 'access-control-allow-origin': APP, vary: 'origin' });
    expect(headers['access-control-allow-methods']).toContain('PATCH');
    for (const name of ['authorization', 'x-api-key', 'content-type', 'prefer', 'if-match', 'if-none-exist', 'range']) {
      expect(headers['access-control-allow-headers']?.split(', ')).toContain(name);
    }
  });

  it('may read the answer and the headers of FHIR', async () => {
    const { headers, reached } = await ask({ headers: { origin: APP } });
    expect(reached).toBe(true);
    expect(headers['access-control-allow-origin']).toBe(APP);
    for (const name of ['etag', 'location', 'last-modified', 'x-request-id', 'retry-after', 'www-authenticate']) {
      expect(headers['access-control-expose-headers']?.split(', ')).toContain(name);
    }
  });

  it('is given no credentials of the browser', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask({ method, headers: { origin: APP, ...PREFLIGHT } });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('leaves what the answer varies by already', async () => {
    expect((await ask({ headers: { origin: APP }, vary: 'accept' })).headers.vary).toBe('accept, origin');
  });
});

describe('a page of another origin', () => {
  it.each([
    'https://evil.example.org',
    'http://app.example.org',
    'https://app.example.org.evil.example',
    'https://app.example.org:8443',
    'null',
  ])('%s is told nothing', async (origin) => {
    const preflight = await ask({ method: 'OPTIONS', headers: { origin, ...PREFLIGHT } });
    expect([preflight.status, preflight.reached]).toEqual([403, false]);
    for (const { headers } of [preflight, await ask({ headers: { origin } })]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers.vary).toBe('origin');
    }
  });
});

describe('what is no business of a browser', () => {
  it.each([
    ['a request without an origin', { headers: {} }, 'origin'],
    ['OPTIONS that is no preflight', { method: 'OPTIONS', headers: { origin: APP } }, 'origin'],
    [
      'a preflight where no origin is configured',
      { origins: [], method: 'OPTIONS', headers: { origin: APP, ...PREFLIGHT } },
      undefined,
    ],
  ])('%s goes to the server', async (_, asked, vary) => {
    const { reached, headers } = await ask(asked);
    expect([reached, headers.vary]).toEqual([true, vary]);
  });
});

it('every origin may be allowed', async () => {
  const { headers } = await ask({ origins: ['*'], headers: { origin: 'https://any.example' } });
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers).not.toHaveProperty('vary');
});

it('a page that reached this machine under another name is told nothing, though its origin is allowed', async () => {
  const inner = withCors(async () => ({ status: 200, headers: {} }), { origins: ['*'] });
  const guarded = guardHost(inner, { url: 'http://127.0.0.1:8080', host: '127.0.0.1' });
  const headers = { host: 'evil.example', origin: 'http://evil.example', ...PREFLIGHT };
  const response = await guarded({ method: 'OPTIONS', url: '/', headers, body: async () => new Uint8Array() });
  expect(response.status).toBe(421);
  expect(response.headers).not.toHaveProperty('access-control-allow-origin');
});
