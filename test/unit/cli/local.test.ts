import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type LocalOptions, runLocal } from '../../../src/cli/local.ts';
import { createProgram } from '../../../src/cli/main.ts';
import { createReporter } from '../../../src/cli/reporter.ts';
import type { LocalServer, LocalServerOptions } from '../../../src/local/start-local-server.ts';
import { recordingIo } from './recording-io.ts';

const DEFAULTS = {
  port: 8080,
  data: '.fwoa',
  demo: false,
  json: false,
  host: '127.0.0.1',
  durability: 'normal',
} as const satisfies LocalOptions;

describe('the flags of fwoa local', () => {
  it.each([
    { argv: [], options: {} },
    { argv: ['--port', '0'], options: { port: 0 } },
    { argv: ['--data', 'x', '--demo', '--json'], options: { data: 'x', demo: true, json: true } },
    { argv: ['--fhir-version', '3.0.2'], options: { fhirVersion: '3.0.1' } },
    { argv: ['--fhir-version=R4'], options: { fhirVersion: '4.0.1' } },
    { argv: ['--host', '0.0.0.0'], options: { host: '0.0.0.0' } },
    { argv: ['--base-url', 'https://fhir.example.org/r4/'], options: { baseUrl: 'https://fhir.example.org/r4' } },
    { argv: ['--durability', 'full'], options: { durability: 'full' } },
    { argv: ['--cert', 'a.pem', '--key', 'b.pem'], options: { cert: 'a.pem', key: 'b.pem' } },
    { argv: ['--config', 'c.ts'], options: { config: 'c.ts' } },
  ])('$argv', async ({ argv, options }) => {
    let parsed: unknown;
    const start = async (_command: unknown, _run: unknown, given: unknown): Promise<void> => {
      parsed = given;
    };
    await createProgram(recordingIo(), start, () => {}).parseAsync(['local', ...argv], { from: 'user' });
    expect(parsed).toEqual({ ...DEFAULTS, ...options });
  });
});

/** A server that notes what becomes of it. */
function fakeServer(server: Partial<LocalServer> = {}) {
  const asked: LocalServerOptions[] = [];
  let stopped = 0;
  const start = async (options: LocalServerOptions): Promise<LocalServer> => {
    asked.push(options);
    const stop = async (): Promise<void> => {
      stopped += 1;
    };
    return {
      url: 'http://127.0.0.1:8080',
      fhirVersion: '4.0.1',
      createdFolder: false,
      loopback: true,
      apiKey: undefined,
      users: [],
      token: async ({ name }) => `token-of-${name}`,
      stop,
      ...server,
    };
  };
  return { start, asked, stopped: () => stopped };
}

async function serve(options: Partial<LocalOptions>, server: Partial<LocalServer> = {}) {
  const io = recordingIo({ cwd: '/home/me' });
  const fake = fakeServer(server);
  const reporter = createReporter(io, { json: options.json ?? false, color: true });
  const running = runLocal({ ...DEFAULTS, ...options }, { ...io, reporter }, fake.start);
  while (io.out() === '') await setImmediate();
  return { io, running, ...fake };
}

describe('fwoa local', () => {
  it('prints one JSON line when it is ready, and nothing else on stdout', async () => {
    const { io, running } = await serve({ json: true });
    io.signal('SIGTERM');
    await running;
    expect(io.out()).toBe('{"event":"ready","url":"http://127.0.0.1:8080","apiKey":null,"users":[]}\n');
  });

  it('prints the URL and a curl line to paste', async () => {
    const users = [
      { name: 'practitioner', role: 'practitioner', password: 'demo-1' },
      { name: 'auditor', role: 'auditor', password: 'demo-2' },
    ];
    const { io, running } = await serve({ demo: true }, { apiKey: 'fwoa_demo', users });
    io.signal('SIGTERM');
    await running;
    expect(io.out()).toContain(
      "curl 'http://127.0.0.1:8080/Patient?name=lindqvist&_pretty=true' -H 'x-api-key: fwoa_demo' -H 'authorization: Bearer token-of-practitioner'\n",
    );
    for (const text of ['fwoa_demo', 'practitioner demo-1', 'auditor      demo-2']) expect(io.out()).toContain(text);
  });

  it('prints the first API key, and afterwards how to make another', async () => {
    for (const { apiKey, says } of [
      { apiKey: 'fwoa_first', says: '  fwoa_first\n' },
      { apiKey: undefined, says: 'fwoa add-client NAME --local' },
    ]) {
      const { io, running } = await serve({}, { apiKey });
      io.signal('SIGTERM');
      await running;
      expect(io.out()).toContain(says);
    }
  });

  it('takes the data folder from the working directory', async () => {
    const { io, running, asked } = await serve({ data: 'here' });
    io.signal('SIGTERM');
    await running;
    expect(asked[0]?.data).toBe('/home/me/here');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops in order at %s and exits 0', async (signal) => {
    const { io, running, stopped } = await serve({});
    expect(stopped()).toBe(0);
    io.signal(signal);
    expect(await running).toBe(0);
    expect(stopped()).toBe(1);
    expect(io.ended()).toBeUndefined();
  });

  it('ends at once with 130 at a second Ctrl-C', async () => {
    let finish = (): void => {};
    const stop = (): Promise<void> =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const { io, running } = await serve({}, { stop });
    io.signal('SIGINT');
    await setImmediate();
    io.signal('SIGINT');
    expect(io.ended()).toBe(130);
    finish();
    await running;
  });

  it('warns when others than this machine can reach it', async () => {
    const { io, running } = await serve({ host: '0.0.0.0' }, { loopback: false });
    io.signal('SIGTERM');
    await running;
    expect(io.err()).toContain('for others than this machine too. Without TLS');
  });
});
