import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { examplesFolder, NEEDS_EXAMPLES } from '../conformance/examples-folder.ts';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { fwoa, type Running, type RunningServer, startFwoa, startServer, stop } from './fwoa-process.ts';

interface Summary {
  readonly resources: { readonly stored: number; readonly refused: number };
  readonly types: readonly { readonly type: string; readonly created: number }[];
  readonly refused: readonly { readonly file: string; readonly line?: number; readonly text: string }[];
  readonly skipped: readonly object[];
}

async function importJson(
  folder: string,
  ...argv: readonly string[]
): Promise<Summary & { readonly code: number | null }> {
  const { code, out, err } = await fwoa(folder, 'import', '--json', ...argv);
  if (out === '') throw new Error(err);
  return { ...(JSON.parse(out) as Summary), code };
}

async function total({ request }: RunningServer, type: string): Promise<number> {
  const found = (await (await request(`${type}?_summary=count`)).json()) as { total: number };
  return found.total;
}

const patient = (id: number) =>
  JSON.stringify({ resourceType: 'Patient', id: `p${id}`, name: [{ family: `Family${id}` }] });
const patients = (count: number) => Array.from({ length: count }, (_, i) => patient(i)).join('\n');

/** Waits for what a running command does to the disk. */
async function until(running: Running, holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (running.child.exitCode !== null) throw new Error(`It ended too soon: ${running.out()}${running.err()}`);
    await setTimeout(5);
  }
}

/** A folder with a file of each kind, and a broken one. */
function mixedFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'in', 'one.json'), patient(1001));
  writeFileSync(join(folder, 'in', 'deep', 'many.ndjson.gz'), gzipSync(patients(450)));
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
  const entry = [{ resource: observation, request: { method: 'POST', url: 'Observation' } }];
  writeFileSync(
    join(folder, 'in', 'transaction.json'),
    JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  );
  writeFileSync(join(folder, 'in', 'broken.json'), '{\n  "resourceType": oops\n}');
  return folder;
}

describe('fwoa import', () => {
  it('puts files of every kind straight into the data folder, and tells what it refused', async () => {
    const folder = mixedFolder();
    const summary = await importJson(folder, 'in');
    expect(summary.code).toBe(1);
    expect(summary.resources).toEqual({ stored: 452, refused: 1 });
    expect(summary.types).toMatchObject([
      { type: 'Observation', created: 1 },
      { type: 'Patient', created: 451 },
    ]);
    expect(summary.refused).toMatchObject([
      { file: 'in/broken.json', text: expect.stringContaining('line 2, column 19') },
    ]);
    const server = await startServer(folder);
    expect(await total(server, 'Patient')).toBe(451);
  });

  it('goes through the server that runs on the data folder', async () => {
    const folder = mixedFolder();
    const server = await startServer(folder);
    const summary = await importJson(folder, 'in');
    expect(summary.resources.stored).toBe(452);
    expect(await total(server, 'Patient')).toBe(451);
  });

  it('goes into a server by its URL', async () => {
    const folder = mixedFolder();
    const server = await startServer(temporaryFolder());
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    const { apiKey } = JSON.parse(server.out()) as { apiKey: string };
    process.env.FWOA_API_KEY = apiKey;
    const refused = await fwoa(folder, 'import', 'in', '--server', server.url);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('FWOA_TOKEN')]);
    process.env.FWOA_PASSWORD = 'a long enough password';
    await fwoa(server.cwd, 'add-user', 'me', '--role', 'practitioner', '--local');
    process.env.FWOA_TOKEN = (await fwoa(server.cwd, 'token', '--user', 'me', '--local')).out.trim();
    const first = await importJson(folder, 'in', '--server', server.url);
    expect(first.resources.stored).toBe(452);
    const second = await importJson(folder, 'in', '--server', server.url);
    expect(second.skipped).toHaveLength(3);
    expect(await total(server, 'Patient')).toBe(451);
  });

  it('tells people in a table', async () => {
    const folder = mixedFolder();
    const { out } = await fwoa(folder, 'import', 'in');
    expect(out).toMatch(/^Type +created/m);
    expect(out).toMatch(/^Patient +451/m);
    expect(out).toContain('in/broken.json');
  });

  it.each([
    { argv: ['missing'], says: 'There is no file or folder missing.' },
    { argv: ['.', '--server', 'http://127.0.0.1:9'], says: 'The server http://127.0.0.1:9 does not answer.' },
  ])('$argv fails: $says', async ({ argv, says }) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), patient(1));
    const { code, err } = await fwoa(folder, 'import', ...argv);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });

  it('goes on where it was when it was killed in the middle', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'big.ndjson'), patients(20_000));
    const journal = join(folder, '.fwoa', 'imports.ndjson');
    const noted = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0);
    const running = startFwoa(folder, 'import', 'big.ndjson');
    await until(running, () => noted() >= 10);
    await stop(running, 'SIGKILL');
    const { code, err, out } = await fwoa(folder, 'import', 'big.ndjson');
    expect([code, out]).toEqual([0, expect.stringMatching(/resources stored/)]);
    expect(err).toMatch(/goes on after line \d+/);
    const server = await startServer(folder);
    expect(await total(server, 'Patient')).toBe(20_000);
  });

  it('ends in order with 130 at Ctrl-C, and goes on the next time', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'big.ndjson'), patients(20_000));
    const journal = join(folder, '.fwoa', 'imports.ndjson');
    const running = startFwoa(folder, 'import', 'big.ndjson', '--json');
    await until(running, () => existsSync(journal));
    const interrupted = await stop(running, 'SIGINT');
    expect(interrupted.code).toBe(130);
    const before = (JSON.parse(interrupted.out) as Summary).resources.stored;
    expect(before).toBeLessThan(20_000);
    const summary = await importJson(folder, 'big.ndjson');
    expect(before + summary.resources.stored).toBe(20_000);
  });
});

const examples = examplesFolder();

describe.skipIf(examples === undefined)(`Synthea files (${NEEDS_EXAMPLES})`, () => {
  it('go in with the hospitals and practitioners that they refer to, whatever the order they are named in', async () => {
    const synthea = join(examples ?? '', 'synthea');
    const names = readdirSync(synthea).sort().reverse();
    const chosen = [...names.slice(0, 2), ...names.filter((name) => name.startsWith('0-'))];
    const summary = await importJson(temporaryFolder(), ...chosen.map((name) => join(synthea, name)));
    expect(summary.refused).toEqual([]);
    expect(summary.types.find(({ type }) => type === 'Patient')?.created).toBe(2);
  });
});
