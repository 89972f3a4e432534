import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram, runCli } from '../../../src/cli/main.ts';
import { recordingIo } from './recording-io.ts';

const TARGET = { local: false, data: '.fwoa', stage: 'dev' };
const LOCAL = { ...TARGET, local: true };

async function parse(argv: readonly string[]): Promise<unknown> {
  let parsed: unknown;
  const start = async (_command: unknown, _run: unknown, given: unknown): Promise<void> => {
    parsed = given;
  };
  await createProgram(recordingIo(), start, () => {}).parseAsync(argv, { from: 'user' });
  return parsed;
}

// Whoever runs the tests may have a region of theirs.
beforeAll(() => {
  vi.stubEnv('AWS_CONFIG_FILE', 'none');
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_DEFAULT_REGION', undefined);
});

describe('the flags of the commands on users and client systems', () => {
  it.each([
    { typed: 'users', options: { ...TARGET, json: false } },
    { typed: 'users --local --json', options: { ...LOCAL, json: true } },
    { typed: 'users --data ./other', options: { ...LOCAL, data: './other', json: false } },
    {
      typed: 'users --stage prod --region eu-north-1 --profile admin',
      options: { ...TARGET, stage: 'prod', region: 'eu-north-1', profile: 'admin', json: false },
    },
    {
      typed: 'add-user ada --role practitioner --role auditor --role practitioner --local',
      options: { ...LOCAL, name: 'ada', role: ['practitioner', 'auditor'], generatePassword: false, json: false },
    },
    {
      typed: 'add-user ada --role=auditor --generate-password --json',
      options: { ...TARGET, name: 'ada', role: ['auditor'], generatePassword: true, json: true },
    },
    { typed: 'remove-user ada --yes', options: { ...TARGET, name: 'ada', yes: true, json: false } },
    { typed: 'remove-user ada --local', options: { ...LOCAL, name: 'ada', yes: false, json: false } },
    { typed: 'set-password ada', options: { ...TARGET, name: 'ada', generatePassword: false, json: false } },
    { typed: 'token', options: { ...TARGET, json: false } },
    { typed: 'token --user ada --json', options: { ...TARGET, user: 'ada', json: true } },
    { typed: 'add-client lab', options: { ...TARGET, name: 'lab', json: false } },
    {
      typed: 'add-client lab --rate 5 --burst 7 --quota 10000/day',
      options: { ...TARGET, name: 'lab', rate: 5, burst: 7, quota: { requests: 10_000, per: 'day' }, json: false },
    },
    {
      typed: 'add-client lab --quota 250000/month',
      options: { ...TARGET, name: 'lab', quota: { requests: 250_000, per: 'month' }, json: false },
    },
    { typed: 'add-client lab --quota none', options: { ...TARGET, name: 'lab', quota: 'none', json: false } },
    { typed: 'users --local --config ./other.ts', options: { ...LOCAL, config: './other.ts', json: false } },
    { typed: 'clients --local', options: { ...LOCAL, json: false } },
    { typed: 'remove-client lab --yes', options: { ...TARGET, nameOrId: 'lab', yes: true, json: false } },
  ])('$typed', async ({ typed, options }) => {
    const parsed = await parse(typed.split(' '));
    expect(parsed).toEqual(options);
  });
});

async function run(...argv: readonly string[]) {
  const io = recordingIo();
  return { code: await runCli(argv, io, io.prompts), out: io.out(), err: io.err() };
}

describe('wrong usage of the commands on users and client systems', () => {
  it.each([
    { typed: 'add-user --role auditor', says: /missing required argument 'name'/i },
    { typed: 'add-user ada', says: /'--role <role>' not specified/ },
    { typed: 'add-user ada secret --role auditor --local', says: /too many arguments/i },
    { typed: 'users --loca', says: /unknown option '--loca'[\s\S]*Did you mean --local\?[\s\S]*fwoa users --help/i },
    { typed: 'users --local --stage prod', says: /cannot be used with option/ },
    { typed: 'users --data x --region eu-north-1', says: /cannot be used with option/ },
    { typed: 'remove-user ada --local', says: /takes a confirmation[\s\S]*--yes/ },
    { typed: 'remove-client lab --local', says: /takes a confirmation[\s\S]*--yes/ },
    { typed: 'add-client lab --rate 0', says: /whole number from 1 to 100000/ },
    { typed: 'add-client lab --burst x', says: /whole number from 1 to 100000/ },
    { typed: 'add-client lab --quota 10', says: /such as 10000\/day/ },
    { typed: 'add-client lab --quota 0/day', says: /such as 10000\/day/ },
    { typed: 'add-client lab --quota 10/week', says: /such as 10000\/day/ },
    { typed: 'add-client lab --quota 9999999999/day', says: /such as 10000\/day/ },
  ])('$typed: exit 2, said on stderr', async ({ typed, says }) => {
    const { code, out, err } = await run(...typed.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(says);
  });

  it.each([
    'add-user ada --role auditor --local --password hunter2',
    'add-user ada --role auditor --local --password=hunter2',
    'set-password ada --local -p hunter2',
    'set-password ada --local -phunter2',
    'token --local --user ada --password',
    'token --password hunter2 --local',
  ])('%s: a password is never an argument, and is not repeated', async (typed) => {
    const { code, out, err } = await run(...typed.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('A password is never an argument.');
    expect(err).toContain('FWOA_PASSWORD');
    expect(err).not.toContain('hunter2');
  });

  it('does not repeat the value of a flag that is not there', async () => {
    const { code, err } = await run('token', '--passwd=hunter2');
    expect(code).toBe(2);
    expect(err).toContain("'--passwd'");
    expect(err).not.toContain('hunter2');
  });

  it.each([
    'add-user ada --role auditor',
    'users',
    'remove-user ada --yes',
    'set-password ada',
    'token',
    'add-client lab',
    'clients',
    'remove-client lab --yes',
  ])('%s, where nothing of AWS is set up: exit 2, and a word of --local', async (typed) => {
    const { code, out, err } = await run(...typed.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('No AWS region is named.');
    expect(err).toContain('add --local');
  });

  it('tells that as JSON too', async () => {
    const { code, out, err } = await run('users', '--stage', 'prod', '--json');
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'no-region' } });
  });
});
