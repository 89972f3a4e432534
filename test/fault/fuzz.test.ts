import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../conformance/test-api.ts';
import { Random } from '../contract/random.ts';
import { type FuzzRequest, fuzzRequest, VALID } from './fuzz-requests.ts';
import { rawRequest, sendRaw } from './raw-http.ts';
import { type SpawnedServer, spawnServer } from './spawned-server.ts';

/** A failure names the seed of its own request. */
const SEED = Number(process.env.FWOA_SEED ?? 20_240_101);
const DIRECT = Number(process.env.FWOA_FUZZ ?? 20_000);
const OVER_HTTP = 3_000;
const CONNECTIONS = 8;

function describeRequest(seed: number, { method, url, headers, body }: FuzzRequest): string {
  return `seed ${seed}: ${method} ${JSON.stringify(url.slice(0, 500))} ${JSON.stringify(headers).slice(0, 500)}\n${body.toString().slice(0, 1_000)}`;
}

describe(`fuzz, from seed ${SEED}`, () => {
  describe.each(['4.0.1', '3.0.1'] as const)('FHIR %s, without a network', (version) => {
    let api: TestApi;
    beforeAll(async () => {
      api = await openTestApi(version);
    });
    afterAll(() => api?.close());

    const send = ({ method, url, headers, body }: FuzzRequest) =>
      api.send(method, url, { headers: { 'content-type': undefined, ...headers }, body });

    it('every valid request is understood', async () => {
      for (const request of VALID) {
        const { status, text } = await send(request);
        expect(status, `${describeRequest(0, request)}\n${text}`).toBeLessThan(500);
      }
    });

    it(`${DIRECT} requests: none is answered with a 5xx, each refusal with an OperationOutcome`, {
      timeout: 180_000,
    }, async () => {
      const statuses = new Map<number, number>();
      for (let seed = SEED; seed < SEED + DIRECT; seed++) {
        const request = fuzzRequest(new Random(seed));
        const { status, text } = await send(request).catch((error: unknown) => {
          throw new Error(`${describeRequest(seed, request)}\nthrew`, { cause: error });
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status < 200 || status >= 500)
          throw new Error(`${status} to ${describeRequest(seed, request)}\n${text.slice(0, 2_000)}`, {
            cause: api.errors.at(-1),
          });
        // An entry of a batch may fail by itself, but not by the server's fault.
        if (/"status":"5\d\d/.test(text))
          throw new Error(`a 5xx within the answer to ${describeRequest(seed, request)}`);
        if (status >= 400 && request.method !== 'HEAD')
          expect(text, describeRequest(seed, request)).toContain('OperationOutcome');
      }
      // A fuzzer whose requests are all refused at the door tests the door.
      expect(
        [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0),
      ).toBeGreaterThan(DIRECT / 10);
    });
  });

  describe('over HTTP', () => {
    const data = mkdtempSync(join(tmpdir(), 'fwoa-fuzz-'));
    let server: SpawnedServer;
    beforeAll(async () => {
      server = await spawnServer(data);
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(data, { recursive: true, force: true });
    });

    /** Resolves to the status. */
    async function check(seed: number, request: FuzzRequest, bytes: Buffer): Promise<number> {
      const status = await sendRaw(server.url, bytes);
      expect(server.crashed(), `${describeRequest(seed, request)}\n${server.stderr()}`).toBe(false);
      if (status !== 0 && (status < 200 || status >= 500))
        throw new Error(`${status} to ${describeRequest(seed, request)}\n${server.stderr()}`);
      return status;
    }

    it(`${OVER_HTTP} requests: no 5xx and no crash`, { timeout: 180_000 }, async () => {
      let seed = SEED + 10_000_000;
      let succeeded = 0;
      const end = seed + OVER_HTTP;
      const connection = async () => {
        while (seed < end) {
          const own = seed++;
          const random = new Random(own);
          const request = fuzzRequest(random);
          const { method, url, headers, body } = request;
          const bytes = rawRequest(new URL(server.url).host, method, url, { ...server.headers, ...headers }, body);
          // Now and then the envelope itself is damaged.
          if (random.chance(0.05)) bytes[random.int(0, Math.min(200, bytes.length - 1))] = random.int(0, 255);
          const status = await check(own, request, bytes);
          if (status >= 200 && status < 300) succeeded++;
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, connection));
      expect(succeeded).toBeGreaterThan(OVER_HTTP / 10);
      const response = await fetch(`${server.url}/metadata`);
      expect(response.status).toBe(200);
    });
  });
});
