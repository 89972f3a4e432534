import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { startServer, stop } from './fwoa-process.ts';

const EXECUTABLE = fileURLToPath(new URL('../../dist/fwoa.js', import.meta.url));
const PASSWORD = 'correct horse battery';

/** Whoever runs the tests may have a region of theirs. */
const NO_AWS = {
  AWS_CONFIG_FILE: 'none',
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_PROFILE: undefined,
};

interface Given {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

/** Runs `fwoa` in a folder, without a terminal. stdin ends after what is given. */
function fwoa(cwd: string, typed: string, { stdin = '', env = {}, uid }: Given = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [EXECUTABLE, ...typed.split(' ')], {
    cwd,
    env: { ...process.env, ...NO_AWS, FWOA_PASSWORD: undefined, ...env },
    input: stdin,
    encoding: 'utf8',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { code: status, out: stdout, err: stderr };
}

/** A folder with a data folder in it, on which no server runs. */
async function dataFolder(): Promise<string> {
  const folder = temporaryFolder();
  await stop(await startServer(folder));
  return folder;
}

function addUser(folder: string, name: string, role = 'practitioner') {
  return fwoa(folder, `add-user ${name} --role ${role} --local --json`, { stdin: `${PASSWORD}\n` });
}

/** What a token says of whom it was made for. */
function claims(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

describe.each([{ running: false }, { running: true }])('with a server that runs: $running', ({ running }) => {
  async function place(): Promise<string> {
    const folder = temporaryFolder();
    const server = await startServer(folder);
    if (!running) await stop(server);
    return folder;
  }

  it('a user is added, signs in, gets another password and is removed', async () => {
    const folder = await place();
    const added = addUser(folder, 'ada');
    expect({ code: added.code, out: JSON.parse(added.out) }).toMatchObject({
      code: 0,
      out: { name: 'ada', roles: ['practitioner'], status: 'active', lastSignInAt: null },
    });
    const token = fwoa(folder, 'token --user ada --local', { env: { FWOA_PASSWORD: PASSWORD } });
    expect(token).toMatchObject({ code: 0, err: '' });
    expect(claims(token.out)).toMatchObject({
      username: 'ada',
      'cognito:groups': ['practitioner'],
      token_use: 'access',
    });
    expect(fwoa(folder, 'users --local').out).toMatch(/^ada\tpractitioner\tactive\t\S+Z\t\S+Z\n$/);

    const changed = fwoa(folder, 'set-password ada --local --generate-password');
    expect(changed).toMatchObject({ code: 0, out: expect.stringMatching(/^\S{24}\n$/) });
    expect(fwoa(folder, 'token --local', { stdin: PASSWORD })).toMatchObject({ code: 1, out: '' });
    expect(fwoa(folder, 'token --local --json', { stdin: changed.out })).toMatchObject({ code: 0, err: '' });

    expect(fwoa(folder, 'remove-user ada --local --yes')).toMatchObject({ code: 0, out: '✓ User ada removed.\n' });
    expect(fwoa(folder, 'users --local --json')).toEqual({ code: 0, out: '[]\n', err: '' });
  });

  it('a client system is added, listed and removed', async () => {
    const folder = await place();
    const added = fwoa(folder, 'add-client laboratory --rate 5 --quota 10000/day --local');
    expect(added).toMatchObject({ code: 0, err: expect.stringContaining('shown only now') });
    expect(added.out).toMatch(/^\S{32,}\n$/);
    const listed = fwoa(folder, 'clients --local --json');
    const client = (JSON.parse(listed.out) as { name: string; id: string }[]).find(({ name }) => name === 'laboratory');
    expect(client).toMatchObject({
      lastUsedAt: null,
      rate: { perSecond: 5, burst: 10 },
      quota: { requests: 10_000, per: 'day', used: 0 },
    });
    expect(listed.out).not.toContain(added.out.trim());
    expect(fwoa(folder, `remove-client ${client?.id} --local --yes --json`)).toEqual({
      code: 0,
      out: `{"removed":{"id":"${client?.id}","name":"laboratory"}}\n`,
      err: '',
    });
    expect(fwoa(folder, 'clients --local').out).not.toContain('laboratory');
  });
});

describe('a configuration', () => {
  const CONFIG = `export default {
  roles: { nurse: { rules: [{ interactions: ['read'], types: ['Patient'] }] } },
  auth: { tokenLifetime: '5m' },
  clients: { defaultQuota: { requests: 7, per: 'day' } },
};
`;

  it('has roles, lifetimes and quotas for the commands', async () => {
    const folder = await dataFolder();
    writeFileSync(join(folder, 'fwoa.config.ts'), CONFIG);
    expect(addUser(folder, 'ada', 'nurse')).toMatchObject({ code: 0 });
    const token = fwoa(folder, 'token --local --json', { stdin: PASSWORD });
    expect(JSON.parse(token.out)).toMatchObject({ expiresIn: 300 });
    expect(JSON.parse(fwoa(folder, 'add-client lab --local --json').out)).toMatchObject({ quota: { requests: 7 } });
  });

  it('is named with --config', async () => {
    const folder = await dataFolder();
    writeFileSync(join(folder, 'other.ts'), CONFIG);
    expect(addUser(folder, 'ada', 'nurse')).toMatchObject({ code: 2 });
    expect(addUser(folder, 'ada', 'nurse --config other.ts')).toMatchObject({ code: 0 });
  });
});

describe('what goes wrong is told, with an exit code', () => {
  it.each([
    { typed: 'add-user eve --role practicioner --local', code: 2, says: 'Did you mean practitioner?' },
    { typed: 'add-user ADA --role auditor --local', code: 1, says: 'There is a user ADA already.' },
    { typed: 'add-user eve --role auditor --local', stdin: 'short', code: 1, says: 'too weak' },
    { typed: 'add-user eve --role auditor --local', stdin: '', code: 2, says: 'A password is needed.' },
    { typed: 'token --user ada --local', stdin: 'something else', code: 1, says: 'password is wrong' },
    { typed: 'token --user adda --local', stdin: PASSWORD, code: 1, says: 'Did you mean ada?' },
    { typed: 'remove-user ada --local', code: 2, says: '--yes' },
    { typed: 'remove-client nothing --local --yes', code: 1, says: 'There is no client system nothing.' },
    { typed: 'add-client lab --quota 5 --local', code: 2, says: '10000/day' },
    {
      typed: `set-password ada --local --password ${PASSWORD.replaceAll(' ', '-')}`,
      code: 2,
      says: 'never an argument',
    },
    { typed: 'users --local --data ./other', code: 1, says: 'There is no data folder' },
    { typed: 'users', code: 2, says: 'add --local' },
    { typed: 'users --jsn', code: 2, says: "unknown option '--jsn'" },
  ])('$typed', async ({ typed, code, says, stdin }) => {
    const folder = await dataFolder();
    addUser(folder, 'ada');
    const plain = fwoa(folder, typed, { stdin });
    expect(plain).toMatchObject({ code, out: '' });
    expect(plain.err.toLowerCase()).toContain(says.toLowerCase());
    const json = fwoa(folder, `${typed} --json`, { stdin });
    expect(json).toMatchObject({ code, err: '' });
    expect(JSON.parse(json.out)).toEqual({ error: expect.objectContaining({ code: expect.any(String) }) });
    expect(plain.err + json.out).not.toContain(stdin || PASSWORD);
  });

  it.runIf(process.getuid?.() === 0)("a folder of another user can't be used", async () => {
    const folder = await dataFolder();
    chmodSync(folder, 0o755);
    const { code, out, err } = fwoa(folder, 'users --local', { uid: 65_534 });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('belongs to another user');
  });

  it('neither password nor key is kept in the data folder as it is', async () => {
    const folder = await dataFolder();
    addUser(folder, 'ada');
    const key = fwoa(folder, 'add-client lab --local').out.trim();
    const data = join(folder, '.fwoa');
    const text = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
    expect(text).toContain('ada');
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(key);
  });

  it('a reader that goes away is no error', async () => {
    const folder = await dataFolder();
    const child = spawn(process.execPath, [EXECUTABLE, 'users', '--local', '--json'], { cwd: folder });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const [code] = await once(child, 'close');
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

const SCRIPT = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

/** A shell line on a terminal of its own (`script` of util-linux makes one); each answer is typed when its question is there. */
async function onTerminal(cwd: string, line: string, typed: readonly (readonly [question: string, keys: string])[]) {
  const env = { ...process.env, CI: '', FWOA_PASSWORD: undefined, NO_COLOR: '1' };
  const child = spawn(
    'script',
    ['-qec', line.replaceAll('fwoa', `'${process.execPath}' '${EXECUTABLE}'`), '/dev/null'],
    {
      cwd,
      env,
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let screen = '';
  const left = [...typed];
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    const [question, keys] = left[0] ?? [];
    if (question === undefined || !screen.includes(question)) return;
    left.shift();
    child.stdin.write(keys);
  });
  const [code] = await once(child, 'close');
  return { code, screen };
}

describe.runIf(SCRIPT)('on a terminal', () => {
  it('a password is asked for while stdout goes into a variable, and is not shown', async () => {
    const folder = await dataFolder();
    addUser(folder, 'ada');
    const { code, screen } = await onTerminal(folder, 'TOKEN=$(fwoa token --local) && echo "token: $TOKEN"', [
      ['Password of ada:', `${PASSWORD}\r`],
    ]);
    expect(code).toBe(0);
    expect(screen).toMatch(/token: eyJ[\w-]+\.[\w-]+\.[\w-]+\s/);
    expect(screen).not.toContain(PASSWORD);
  });

  it('a new password is asked for twice', async () => {
    const folder = await dataFolder();
    const { code, screen } = await onTerminal(folder, 'fwoa add-user ada --role auditor --local', [
      ['New password of ada:', `${PASSWORD}\r`],
      ['The same again:', `${PASSWORD}\r`],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0, screen: expect.stringContaining('User ada added: auditor.') });
    expect(screen).not.toContain(PASSWORD);
  });

  it('a removal takes the name, and users are a table', async () => {
    const folder = await dataFolder();
    addUser(folder, 'ada');
    addUser(folder, 'kim', 'auditor');
    const { code, screen } = await onTerminal(folder, 'fwoa remove-user ada --local && fwoa users --local', [
      ['Type ada to go on:', 'ada\r'],
    ]);
    expect(code).toBe(0);
    expect(screen).toContain('User ada removed.');
    expect(screen).toMatch(/Name +Roles +Status +Created +Last sign-in\s+kim +auditor +active/);
  });

  it.each([
    { key: 'Ctrl-C', keys: '\x03' },
    { key: 'Ctrl-D', keys: '\x04' },
  ])('$key at a question ends with 130', async ({ keys }) => {
    const folder = await dataFolder();
    addUser(folder, 'ada');
    const { code, screen } = await onTerminal(folder, 'fwoa token --local', [['Password of ada:', keys]]);
    expect({ code, screen }).toMatchObject({ code: 130, screen: expect.stringContaining('Interrupted.') });
  });
});
