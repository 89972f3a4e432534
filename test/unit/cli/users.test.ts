import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AddUserOptions, runAddUser } from '../../../src/cli/add-user.ts';
import { newPassword } from '../../../src/cli/passwords.ts';
import { runRemoveUser } from '../../../src/cli/remove-user.ts';
import { runSetPassword } from '../../../src/cli/set-password.ts';
import { runToken } from '../../../src/cli/token.ts';
import { runUsers } from '../../../src/cli/users.ts';
import { ADA, commandIo, fakeAdmin, KIM, LOCAL, type World } from './fake-admin.ts';

const GENERATED = /^(?:[A-HJ-NP-Za-km-z2-9]{4}-){4}[A-HJ-NP-Za-km-z2-9]{4}$/;

function addUser(world: World, options: Partial<AddUserOptions> = {}, admin = fakeAdmin({ users: [KIM] })) {
  const io = commandIo(world);
  const all = { ...LOCAL, name: 'ada', role: ['practitioner'], generatePassword: false, json: world.json ?? false };
  return { io, admin, ended: runAddUser({ ...all, ...options }, io, admin.open) };
}

describe('fwoa add-user', () => {
  it.each([
    { title: 'typed twice', world: { typed: ['open sesame 1', 'open sesame 1'] } },
    { title: 'of FWOA_PASSWORD, before it asks', world: { env: { FWOA_PASSWORD: 'open sesame 1' }, typed: [] } },
    { title: 'of stdin', world: { stdin: 'open sesame 1' } },
  ])('takes the password $title', async ({ world }) => {
    const { admin, ended } = addUser(world);
    await ended;
    expect(admin.done).toEqual([['addUser', { name: 'ada', roles: ['practitioner'], password: 'open sesame 1' }]]);
    expect(admin.closed()).toBe(1);
  });

  it('asks when only stdin and stderr are terminals', async () => {
    const { io, ended } = addUser({ typed: ['open sesame 1', 'open sesame 1'], terminal: false });
    await ended;
    expect(io.asked).toEqual(['New password of ada:', 'The same again:']);
  });

  it('says what it did, and never the password', async () => {
    const { io, ended } = addUser({ stdin: 'open sesame 1' }, { role: ['practitioner', 'nurse'] });
    await ended;
    expect(io.out()).toBe('✓ User ada added: practitioner, nurse.\n');
    expect(io.err()).toBe('A token for them: fwoa token --user ada --local\n');
  });

  it('gives the user as JSON', async () => {
    const { io, ended } = addUser({ stdin: 'open sesame 1', json: true });
    await ended;
    expect(JSON.parse(io.out())).toEqual({
      name: 'ada',
      roles: ['practitioner'],
      status: 'active',
      createdAt: '2026-11-23T22:45:00.000Z',
      lastSignInAt: null,
    });
  });

  it('makes a password, and prints it alone on stdout', async () => {
    const { io, admin, ended } = addUser({ typed: [] }, { generatePassword: true });
    await ended;
    const password = io.out().trimEnd();
    expect(password).toMatch(GENERATED);
    expect(admin.done).toEqual([['addUser', { name: 'ada', roles: ['practitioner'], password }]]);
  });

  it('gives a password that it made as a field of the JSON', async () => {
    const { io, ended } = addUser({ json: true }, { generatePassword: true, json: true });
    await ended;
    expect(JSON.parse(io.out())).toMatchObject({ name: 'ada', password: expect.stringMatching(GENERATED) });
  });

  it('notes when FWOA_PASSWORD is used for a new user', async () => {
    const { io, ended } = addUser({ env: { FWOA_PASSWORD: 'open sesame 1' } });
    await ended;
    expect(io.err()).toContain('The password of ada is taken from FWOA_PASSWORD.');
  });

  it.each([
    {
      title: 'two different passwords',
      world: { typed: ['open sesame 1', 'open sesame 2'] },
      code: 'passwords-differ',
      kind: 'failure',
    },
    {
      title: 'a weak one, before it is typed again,',
      world: { typed: ['short'] },
      code: 'password-weak',
      kind: 'failure',
    },
    { title: 'an empty one', world: { typed: [''] }, code: 'password-empty', kind: 'usage' },
    { title: 'an empty FWOA_PASSWORD', world: { env: { FWOA_PASSWORD: '' } }, code: 'password-empty', kind: 'usage' },
    { title: 'nothing on stdin', world: { stdin: '' }, code: 'password-missing', kind: 'usage' },
    { title: 'a terminal in CI', world: { stdinIsTerminal: true }, code: 'password-missing', kind: 'usage' },
  ])('refuses $title, adds nobody and closes what it opened', async ({ world, code, kind }) => {
    const { admin, ended } = addUser(world);
    await expect(ended).rejects.toMatchObject({ code, kind });
    expect(admin.done).toEqual([]);
    expect(admin.closed()).toBe(1);
  });

  it('says what it waits for when nothing comes on stdin for a second', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const io = commandIo();
    let arrive = (_line: string): void => {};
    const firstLine = () => new Promise<string>((resolve) => (arrive = resolve));
    const password = newPassword('ada', { ...io, prompts: { ...io.prompts, firstLine } });
    vi.advanceTimersByTime(999);
    expect(io.err()).toBe('');
    vi.advanceTimersByTime(1);
    expect(io.err()).toBe('Waiting for the password on stdin.\n');
    arrive('open sesame 1');
    expect(await password).toBe('open sesame 1');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    { title: 'an unknown role', options: { role: ['nurse', 'practicioner'] }, code: 'role-unknown' },
    { title: 'a name that is none', options: { name: 'ada lovelace' }, code: 'user-name-invalid' },
    { title: 'a name that is taken', options: { name: 'kim' }, code: 'user-exists' },
    { title: 'a name that is taken, in capitals', options: { name: 'KIM' }, code: 'user-exists' },
  ])('refuses $title before it asks for a password', async ({ options, code }) => {
    const { io, ended } = addUser({ typed: ['open sesame 1', 'open sesame 1'] }, options);
    await expect(ended).rejects.toMatchObject({ code });
    expect(io.asked).toEqual([]);
  });
});

describe('fwoa users', () => {
  const users = [ADA, KIM];

  it('is a line a user in a pipe, tab-separated, with RFC 3339 times and no header', async () => {
    const io = commandIo();
    await runUsers({ ...LOCAL, json: false }, io, fakeAdmin({ users }).open);
    expect(io.out()).toBe(
      'ada\tpractitioner\tactive\t2026-11-23T22:45:00.000Z\t\n' +
        'kim\tpractitioner,auditor\tlocked\t2026-11-23T22:45:00.000Z\t2026-11-23T22:46:00.000Z\n',
    );
  });

  it('is a table on a terminal', async () => {
    const io = commandIo({ terminal: true });
    await runUsers({ ...LOCAL, json: false }, io, fakeAdmin({ users }).open);
    const [header, ada] = io.out().split('\n');
    expect(header).toMatch(/^Name {2}Roles {17}Status {2}Created {11}Last sign-in$/);
    expect(ada).toMatch(/^ada {3}practitioner {10}active {2}2026-11-2\d \d\d:\d\d {2}never$/);
  });

  it('is one JSON array', async () => {
    const io = commandIo({ json: true });
    await runUsers({ ...LOCAL, json: true }, io, fakeAdmin({ users }).open);
    expect(JSON.parse(io.out())).toEqual([
      {
        name: 'ada',
        roles: ['practitioner'],
        status: 'active',
        createdAt: '2026-11-23T22:45:00.000Z',
        lastSignInAt: null,
      },
      {
        name: 'kim',
        roles: ['practitioner', 'auditor'],
        status: 'locked',
        createdAt: '2026-11-23T22:45:00.000Z',
        lastSignInAt: '2026-11-23T22:46:00.000Z',
      },
    ]);
  });

  it.each([
    { json: false, out: '' },
    { json: true, out: '[]\n' },
  ])('with nobody, json $json, prints $out', async ({ json, out }) => {
    const io = commandIo({ json });
    await runUsers({ ...LOCAL, data: './other', json }, io, fakeAdmin().open);
    expect(io.out()).toBe(out);
    if (!json) expect(io.err()).toContain('fwoa add-user NAME --role practitioner --data ./other');
  });
});

describe('fwoa remove-user', () => {
  const users = [ADA, KIM];

  it('removes the user whose name is typed', async () => {
    const admin = fakeAdmin({ users });
    const io = commandIo({ terminal: true, typed: ['ada'] });
    await runRemoveUser({ ...LOCAL, name: 'ada', yes: false, json: false }, io, admin.open);
    expect(admin.done).toEqual([['removeUser', 'ada']]);
    expect(io.asked).toEqual(['Type ada to go on:']);
    expect(io.out()).toBe('✓ User ada removed.\n');
  });

  it('removes nobody when another name is typed', async () => {
    const admin = fakeAdmin({ users });
    const io = commandIo({ terminal: true, typed: ['yes'] });
    const ended = runRemoveUser({ ...LOCAL, name: 'ada', yes: false, json: false }, io, admin.open);
    await expect(ended).rejects.toMatchObject({ code: 'not-confirmed', kind: 'failure' });
    expect(admin.done).toEqual([]);
    expect(admin.closed()).toBe(1);
  });

  it('demands --yes where nobody can be asked, before it opens anything', async () => {
    const admin = fakeAdmin({ users });
    const ended = runRemoveUser({ ...LOCAL, name: 'ada', yes: false, json: false }, commandIo(), admin.open);
    await expect(ended).rejects.toMatchObject({ code: 'confirmation-missing', kind: 'usage' });
    expect(admin.opened).toEqual([]);
  });

  it('asks nothing with --yes', async () => {
    const admin = fakeAdmin({ users });
    const io = commandIo({ json: true });
    await runRemoveUser({ ...LOCAL, name: 'ada', yes: true, json: true }, io, admin.open);
    expect(admin.done).toEqual([['removeUser', 'ada']]);
    expect(JSON.parse(io.out())).toEqual({ removed: 'ada' });
  });

  it('takes a name in upper or lower case, and has it typed as it is', async () => {
    const admin = fakeAdmin({ users });
    const io = commandIo({ terminal: true, typed: ['ada'] });
    await runRemoveUser({ ...LOCAL, name: 'Ada', yes: false, json: false }, io, admin.open);
    expect(admin.done).toEqual([['removeUser', 'ada']]);
  });

  it('says which user was meant', async () => {
    const ended = runRemoveUser(
      { ...LOCAL, name: 'kin', yes: true, json: false },
      commandIo(),
      fakeAdmin({ users }).open,
    );
    await expect(ended).rejects.toMatchObject({ code: 'user-unknown', text: { why: 'Did you mean kim?' } });
  });
});

describe('fwoa set-password', () => {
  it('sets what is typed twice', async () => {
    const admin = fakeAdmin({ users: [ADA] });
    const io = commandIo({ typed: ['open sesame 2', 'open sesame 2'] });
    await runSetPassword({ ...LOCAL, name: 'ada', generatePassword: false, json: false }, io, admin.open);
    expect(admin.done).toEqual([['setPassword', 'ada', 'open sesame 2']]);
    expect(io.out()).toBe('✓ Password of ada set.\n');
  });

  it('makes one, and prints it alone on stdout', async () => {
    const admin = fakeAdmin({ users: [ADA] });
    const io = commandIo();
    await runSetPassword({ ...LOCAL, name: 'ada', generatePassword: true, json: false }, io, admin.open);
    expect(io.out()).toMatch(/^\S+\n$/);
    expect(admin.done).toEqual([['setPassword', 'ada', io.out().trimEnd()]]);
  });

  it('knows no such user before it asks', async () => {
    const io = commandIo({ typed: ['open sesame 2', 'open sesame 2'] });
    const options = { ...LOCAL, name: 'eve', generatePassword: false, json: false };
    await expect(runSetPassword(options, io, fakeAdmin({ users: [ADA] }).open)).rejects.toMatchObject({
      code: 'user-unknown',
    });
    expect(io.asked).toEqual([]);
  });
});

describe('fwoa token', () => {
  it('prints the access token, and nothing else, on stdout', async () => {
    const admin = fakeAdmin({ users: [ADA, KIM] });
    const io = commandIo({ typed: ['open sesame 1'] });
    await runToken({ ...LOCAL, user: 'kim', json: false }, io, admin.open);
    expect(io.out()).toBe('the-access-token\n');
    expect(io.asked).toEqual(['Password of kim:']);
    expect(admin.done).toEqual([['token', { name: 'kim', password: 'open sesame 1' }]]);
  });

  it('gives all tokens as JSON', async () => {
    const io = commandIo({ stdin: 'open sesame 1', json: true });
    await runToken({ ...LOCAL, user: 'ada', json: true }, io, fakeAdmin({ users: [ADA] }).open);
    expect(JSON.parse(io.out())).toEqual({
      accessToken: 'the-access-token',
      refreshToken: 'the-refresh-token',
      expiresIn: 3600,
      tokenType: 'Bearer',
    });
  });

  it('needs no --user where there is one user', async () => {
    const admin = fakeAdmin({ users: [ADA] });
    await runToken({ ...LOCAL, json: false }, commandIo({ stdin: 'open sesame 1' }), admin.open);
    expect(admin.done).toEqual([['token', { name: 'ada', password: 'open sesame 1' }]]);
  });

  it.each([
    { title: 'no users', users: [], user: undefined, code: 'user-unknown' },
    { title: 'several users and no --user', users: [ADA, KIM], user: undefined, code: 'user-missing' },
    { title: 'no such user', users: [ADA], user: 'eve', code: 'user-unknown' },
  ])('refuses $title before it asks', async ({ users, user, code }) => {
    const io = commandIo({ typed: ['open sesame 1'] });
    await expect(runToken({ ...LOCAL, user, json: false }, io, fakeAdmin({ users }).open)).rejects.toMatchObject({
      code,
    });
    expect(io.asked).toEqual([]);
  });
});
