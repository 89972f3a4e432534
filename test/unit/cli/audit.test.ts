import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { type AuditOptions, auditCommand, runAudit } from '../../../src/cli/audit.ts';
import { pointInTime } from '../../../src/cli/audit-flags.ts';
import { createReporter } from '../../../src/cli/reporter.ts';
import { writeDataSettings } from '../../../src/config/data-settings.ts';
import { openAuditLog } from '../../../src/local/audit-log/open-audit-log.ts';
import { anEvent } from '../local/audit-log/an-event.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { recordingIo } from './recording-io.ts';

const DEFAULTS = {
  local: false,
  data: '.fwoa',
  stage: 'dev',
  limit: 50,
  follow: false,
  json: false,
} as const satisfies AuditOptions;

async function parse(argv: readonly string[]): Promise<unknown> {
  let parsed: unknown;
  const command = auditCommand(async (_command, _run, given) => {
    parsed = given;
  });
  const program = new Command().exitOverride().addCommand(command);
  command.exitOverride().configureOutput({ writeErr: () => {} });
  await program.parseAsync(['audit', ...argv], { from: 'user' });
  return parsed;
}

describe('the flags of fwoa audit', () => {
  it.each([
    { argv: [], options: {} },
    { argv: ['--local', '--data', 'x', '--json'], options: { local: true, data: 'x', json: true } },
    { argv: ['--data', 'x'], options: { local: true, data: 'x' } },
    { argv: ['--user', 'ann', '--client', 'ward'], options: { user: 'ann', client: 'ward' } },
    { argv: ['--patient', 'p1'], options: { patient: 'p1' } },
    { argv: ['--patient', 'Patient/p1'], options: { patient: 'p1' } },
    { argv: ['--resource', 'Observation'], options: { resource: { type: 'Observation', id: undefined } } },
    { argv: ['--resource', 'Observation/o.1'], options: { resource: { type: 'Observation', id: 'o.1' } } },
    {
      argv: ['--interaction', 'search', '--outcome', 'refused'],
      options: { interaction: 'search', outcome: 'refused' },
    },
    { argv: ['--since', '2024-05-01T10:00:00+02:00'], options: { since: Date.UTC(2024, 4, 1, 8) } },
    { argv: ['--until', '2024-05-01'], options: { until: Date.UTC(2024, 4, 1) } },
    { argv: ['--limit', '1000'], options: { limit: 1000 } },
    { argv: ['--limit', 'all'], options: { limit: 'all' } },
    { argv: ['--follow'], options: { follow: true } },
  ])('$argv', async ({ argv, options }) => {
    expect(await parse(argv)).toEqual({ ...DEFAULTS, ...options });
  });

  it.each([
    ['--patient', 'Anna Lindqvist'],
    ['--resource', 'observation'],
    ['--resource', 'Observation/'],
    ['--resource', 'Observation/a/b'],
    ['--interaction', 'reed'],
    ['--outcome', 'ok'],
    ['--since', 'yesterday'],
    ['--since', '2024-13-01'],
    ['--since', '2024-05-01T10:00'],
    ['--limit', '0'],
    ['--follow', '--since', '2h'],
    ['--follow', '--limit', '5'],
  ])('refuses %s %s %s', async (...argv) => {
    await expect(parse(argv.filter((text) => text !== undefined))).rejects.toMatchObject({
      code: expect.stringMatching(/^commander\.(invalidArgument|conflictingOption)$/),
    });
  });

  it.each([
    ['45s', 45_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1w', 604_800_000],
  ])('%s is so long ago', (text, ms) => {
    expect(pointInTime(text, 1e12)).toBe(1e12 - ms);
  });
});

const READ = anEvent('r-1', {
  ms: 0.42,
  user: { id: 'u1', name: 'ann' },
  client: { id: 'c1', name: 'ward' },
  address: '192.0.2.1',
  interaction: 'read',
  type: 'Patient',
  id: 'p1',
  patients: ['p1'],
  entity: [{ type: 'Patient', id: 'p1', version: 1 }],
});
const SEARCH = anEvent('r-2', {
  user: { id: 'u2' },
  interaction: 'search-type',
  type: 'Observation',
  patients: ['p1', 'p2', 'p3'],
  entity: [1, 2, 3].map((i) => ({ type: 'Observation', id: `o${i}`, version: 1 })),
});
const REFUSED = anEvent('r-3', { outcome: 'refused', status: 404 });

/** A data folder with a log of these events. */
function dataFolder(...events: readonly AuditEvent[]): string {
  const folder = temporaryFolder();
  writeDataSettings(folder, { fhirVersion: '4.0.1' });
  mkdirSync(join(folder, 'audit'));
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  writeFileSync(join(folder, 'audit', 'audit-20240501T000000.000Z.ndjson'), text);
  return folder;
}

/** What the command is run in; a terminal or a pipe. */
function world(cwd: string, json: boolean, isTTY = false) {
  const io = recordingIo({ cwd });
  const stdout = { isTTY, write: (text: string) => io.stdout.write(text) };
  const reporter = createReporter({ ...io, stdout }, { json, color: false });
  return { io, given: { ...io, stdout, reporter } };
}

async function run(data: string, options: Partial<AuditOptions> = {}, isTTY = false) {
  const { io, given } = world(data, options.json ?? false, isTTY);
  const code = await runAudit({ ...DEFAULTS, local: true, data: '.', ...options }, given);
  return { out: io.out(), err: io.err(), code };
}

describe('fwoa audit', () => {
  it('shows a table on a terminal', async () => {
    const { out, err, code } = await run(dataFolder(READ, SEARCH, REFUSED), {}, true);
    expect(out.split('\n')).toEqual([
      'Time                  User  Client  Interaction  Resource         Patients   Status',
      '2024-05-01T09:30:00Z  ann   ward    read         Patient/p1       p1         200',
      '2024-05-01T09:30:00Z  u2    -       search-type  Observation (3)  p1, p2 +1  200',
      '2024-05-01T09:30:00Z  -     -       -            -                -          404',
      '',
    ]);
    expect([err, code]).toEqual(['', 0]);
  });

  it('gives a pipe all fields, parted by tabs, without a heading', async () => {
    const { out } = await run(dataFolder(READ, SEARCH));
    expect(out.split('\n').map((line) => line.split('\t'))).toEqual([
      [
        '2024-05-01T09:30:00.000Z',
        'ann',
        'ward',
        'read',
        'Patient/p1',
        'p1',
        '200',
        'success',
        '1',
        '0.42',
        '192.0.2.1',
        'r-1',
      ],
      [
        '2024-05-01T09:30:00.000Z',
        'u2',
        '',
        'search-type',
        'Observation',
        'p1,p2,p3',
        '200',
        'success',
        '3',
        '1',
        '',
        'r-2',
      ],
      [''],
    ]);
  });

  it.each([50, 'all'] as const)('gives one JSON array of the events (limit %s)', async (limit) => {
    const { out } = await run(dataFolder(READ, REFUSED), { json: true, limit });
    expect(JSON.parse(out)).toEqual([READ, REFUSED]);
    expect(JSON.parse((await run(dataFolder(), { json: true, limit })).out)).toEqual([]);
  });

  it('says that there are more', async () => {
    const data = dataFolder(READ, SEARCH, REFUSED);
    const { out, err } = await run(data, { limit: 2 });
    expect(out.split('\n')).toHaveLength(3);
    expect(err).toContain('These are the newest 2; --limit shows more');
    expect((await run(data, { limit: 3 })).err).toBe('');
  });

  it('takes the filters together', async () => {
    const { out } = await run(dataFolder(READ, SEARCH, REFUSED), { user: 'ann', patient: 'p1', json: true });
    expect(JSON.parse(out)).toEqual([READ]);
  });

  it('says when nothing matches, and that is no failure', async () => {
    expect(await run(dataFolder(READ), { user: 'bob' })).toEqual({ out: '', err: 'No event matches.\n', code: 0 });
  });

  it('tells of lines that cannot be read, and of events that were lost', async () => {
    const data = dataFolder(READ);
    const more = 'torn\n{"v":1,"time":"2024-05-01T00:00:00.000Z","lost":3}\n';
    writeFileSync(join(data, 'audit', 'audit-20240502T000000.000Z.ndjson'), more);
    const { err } = await run(data, { json: true });
    expect(err).toMatch(/cannot be read: 1\.\n.*: 3\.\n$/s);
  });

  it.each([true, false])('does not hand on what a terminal would obey (terminal: %s)', async (isTTY) => {
    const name = 'ann\u001b[2J\u009b2J\t\nforged\u202e';
    const { out } = await run(dataFolder({ ...READ, user: { id: 'u', name } }), {}, isTTY);
    expect(out.replace(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(out.trim().split('\n')).toHaveLength(isTTY ? 2 : 1);
  });

  it.each([
    { options: { local: false }, code: 'only-on-the-local-server', kind: 'failure' },
    { options: { data: 'nothing-there' }, code: 'no-data-folder', kind: 'failure' },
  ])('$options: $code', async ({ options, code, kind }) => {
    await expect(run(temporaryFolder(), options)).rejects.toMatchObject({ code, kind });
  });
});

describe('fwoa audit --follow', () => {
  it.each([
    { json: true, isTTY: false, shown: (out: string) => JSON.parse(out).request === 'r-1' },
    { json: false, isTTY: true, shown: (out: string) => /^Time .*\n2024.* ann .*\n$/.test(out) },
  ])('shows what comes, until Ctrl-C (json $json)', async ({ json, isTTY, shown }) => {
    const data = dataFolder(SEARCH);
    const { io, given } = world(data, json, isTTY);
    const running = runAudit({ ...DEFAULTS, local: true, data: '.', follow: true, json }, given);
    while (io.err() === '') await setImmediate();
    const log = openAuditLog(join(data, 'audit'), { report: () => {} });
    log.record(READ);
    while (io.out() === '') await setImmediate();
    io.signal('SIGINT');
    expect(await running).toBe(0);
    await log.close();
    expect(shown(io.out())).toBe(true);
  });
});
