import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { type LocalServer, startLocalServer } from '../../../src/local/start-local-server.ts';
import { sendRaw } from '../../fault/raw-http.ts';

const data = mkdtempSync(join(tmpdir(), 'fwoa-refusals-'));
let server: LocalServer;

beforeAll(async () => {
  server = await startLocalServer({
    data,
    port: 0,
    host: '127.0.0.1',
    durability: 'normal',
    demo: false,
    config: await loadConfig({ cwd: data }),
    report: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

function events(): { status: number; method: string; outcome: string; address: string; request: string }[] {
  const folder = join(data, 'audit');
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

describe('what the transport refuses is recorded before it is answered', () => {
  it.each([
    ['another host', 421, 'GET', 'GET /Patient HTTP/1.1\r\nhost: evil.example\r\n\r\n'],
    ['a long URL', 414, 'GET', `GET /Patient?name=${'x'.repeat(17_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`],
    ['many headers', 431, 'GET', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n${'a: b\r\n'.repeat(150)}\r\n`],
    ['long headers', 431, '?', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\na: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['two hosts', 400, 'PUT', 'PUT /Patient/1 HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: localhost\r\n\r\n'],
    ['no HTTP', 400, '?', 'secret-of-the-patient\r\n\r\n'],
    ['a proxy request', 501, 'CONNECT', 'CONNECT 127.0.0.1:80 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ])('%s', async (_, status, method, bytes) => {
    const before = events().length;
    expect(await sendRaw(server.url, Buffer.from(bytes))).toBe(status);
    const added = events().slice(before);
    expect(added).toHaveLength(1);
    const outcome = status < 500 ? 'refused' : 'failed';
    expect(added[0]).toMatchObject({ status, method, outcome, address: expect.stringContaining('127.0.0.1') });
    expect(added[0]?.request).toMatch(/\S/);
    expect(JSON.stringify(added)).not.toMatch(/evil|xxxx|secret/);
  });
});
