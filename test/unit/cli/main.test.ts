import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/main.ts';
import { packageVersion } from '../../../src/config/package-info.ts';
import { recordingIo } from './recording-io.ts';

const ADMIN_COMMANDS = [
  'add-user',
  'users',
  'remove-user',
  'set-password',
  'token',
  'add-client',
  'clients',
  'remove-client',
];

async function run(...argv: string[]) {
  const io = recordingIo();
  return { code: await runCli(argv, io), out: io.out(), err: io.err() };
}

describe('fwoa', () => {
  it('alone shows how to start', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('fwoa local --demo');
  });

  it('--version prints the version of package.json and nothing else', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${packageVersion()}\n`, err: '' });
  });

  it('--help lists the commands', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    const groups = [...out.matchAll(/^([A-Z][\w ]+):\n((?: {2}.*\n?)+)/gm)].map(([, title, lines = '']) => [
      title,
      [...lines.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name),
    ]);
    expect(groups).toEqual([
      ['Options', []],
      ['Server', ['local', 'import']],
      ['Stages on AWS', ['deploy', 'status', 'destroy']],
      ['Users and client systems', ADMIN_COMMANDS],
      ['Search index', ['verify-index', 'reindex']],
      ['Audit', ['audit']],
      ['Help topics', ['environment', 'exit-codes', 'help']],
    ]);
  });

  it.each(['local', 'import', ...ADMIN_COMMANDS])(
    '%s --help begins with what it does and two examples',
    async (command) => {
      const { code, out } = await run(command, '--help');
      expect(code).toBe(0);
      expect(out.match(/^ {2}\$ .*\bfwoa /gm)).toHaveLength(2);
      expect(out.indexOf('Examples:')).toBeLessThan(out.indexOf('Usage:'));
      expect(out).toContain('--debug');
    },
  );

  it.each(['environment', 'exit-codes'])('help %s shows a topic', async (topic) => {
    const { code, out } = await run('help', topic);
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(100);
  });

  it('help environment names the variable for passwords', async () => {
    expect((await run('help', 'environment')).out).toMatch(/^FWOA_PASSWORD /m);
  });

  it.each([
    { argv: ['locl'], says: /unknown command 'locl'[\s\S]*Did you mean local\?[\s\S]*fwoa --help/ },
    {
      argv: ['local', '--prot', '1'],
      says: /unknown option '--prot'[\s\S]*Did you mean --port\?[\s\S]*fwoa local --help/,
    },
    { argv: ['local', '--port', 'x'], says: /--port.*whole number from 0 to 65535/ },
    { argv: ['local', '--port', '70000'], says: /whole number from 0 to 65535/ },
    { argv: ['local', '--fhir-version', '5.0'], says: /4\.0\.1 \(R4\) or 3\.0\.1 \(STU3\)/ },
    { argv: ['local', '--durability', 'none'], says: /Allowed choices are normal, full/ },
    { argv: ['local', '--base-url', 'ftp://x'], says: /It is a URL such as/ },
    { argv: ['local', 'extra'], says: /[Tt]oo many arguments/ },
    { argv: ['import'], says: /missing required argument 'path'/ },
    { argv: ['import', 'x', '--local', '--server', 'http://h'], says: /cannot be used with option/ },
    { argv: ['import', 'x', '--parallel', '0'], says: /from 1 to 64/ },
  ])('$argv is wrong usage: exit 2, said on stderr', async ({ argv, says }) => {
    const { code, out, err } = await run(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(new RegExp(says.source, `${says.flags}i`));
  });

  it('tells wrong usage as JSON with --json', async () => {
    const { code, out } = await run('local', '--json', '--prot');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'usage.unknownOption', next: 'See: fwoa local --help' } });
  });

  it('tells a failure with what, why and next, and exits 1', async () => {
    const { code, err } = await run('import', './missing.json');
    expect(code).toBe(1);
    expect(err).toBe('✗ There is no file or folder ./missing.json.\n  Check the path.\n');
  });

  it('shows a stack only with --debug', async () => {
    const { err } = await run('import', './missing.json', '--debug');
    expect(err).toContain('caused by Error: ENOENT');
  });
});
