import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { enginesAskedFor } from '../../engines/engines-asked-for.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../../../scripts/engines/main.mjs', import.meta.url));
const TESTS = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

let folder: string;

beforeEach(() => {
  folder = join(temporaryFolder(), 'engines');
});

/** Runs `npm run engines -- …` in a folder where nothing is installed, on a machine that has only the programs that `program` made. */
function engines(argv: readonly string[]): Promise<Ended> {
  const env = { FWOA_ENGINES_FOLDER: folder, PATH: join(folder, '../programs') };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...argv], { env }, (_, out, said) =>
      resolve({ code: child.exitCode ?? -1, out, said }),
    );
  });
}

/** A process that is none of ours. */
async function otherProcess(): Promise<{ readonly pid: number; readonly kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise((resolve) => child.once('spawn', resolve));
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

/** A program that does what the lines of a shell say. */
async function program(name: string, ...lines: readonly string[]): Promise<void> {
  const file = join(folder, '../programs', name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
}

describe('npm run engines', () => {
  it('tells what is not installed', async () => {
    const { code, out } = await engines(['status']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['dynamodb', '3.1.0', 'not installed'],
      ['opensearch', '2.19.1', 'not installed'],
      ['aws', '1.5.33', 'not installed'],
      [''],
    ]);
  });

  it('shows how it is used', async () => {
    expect(await engines(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('status') });
  });

  it.each([
    ['an engine that there is none of', ['mysql']],
    ['such an engine after a command', ['install', 'mysql']],
    ['a word of JavaScript', ['constructor']],
  ])('refuses %s', async (_, argv) => {
    const { code, said } = await engines(argv);
    expect(code).toBe(2);
    expect(said).toContain(`"${argv.at(-1)}" is no command and no engine.`);
  });

  it.each([
    ['dynamodb', 'There is no javac. Install a JDK 17 or later and Maven (Debian: apt-get install maven '],
    ['aws', 'There is no python3. Install Python 3.10 or later with venv (Debian: apt-get install python3-venv'],
  ])('says in one line what to install for %s, and leaves nothing half-installed', async (engine, text) => {
    const { code, said } = await engines(['install', engine]);
    expect(code).toBe(1);
    const [, problem, ...rest] = said.split('\n');
    expect(problem).toContain(text);
    expect(rest).toEqual(['']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('says when the JDK is too old', async () => {
    await program('javac', 'echo javac 11.0.2');
    await program('mvn');
    const { code, said } = await engines(['install', 'dynamodb']);
    expect(code).toBe(1);
    expect(said).toContain('\nThe JDK is of release 11. Install a JDK 17 or later and Maven');
  });

  it('tries a download again', async () => {
    await program('javac', 'echo javac 17.0.15');
    await program('mvn', '[ "$1" = -v ] && exit', '[ -e lib ] && exit', 'echo > lib', 'echo no answer', 'exit 1');
    expect(await engines(['install', 'dynamodb'])).toMatchObject({ code: 0, out: '' });
    expect((await engines(['status', 'dynamodb'])).out).toBe('dynamodb    3.1.0     installed\n');
  });

  it('says what a download said that fails each time, and leaves nothing half-installed', async () => {
    await program('javac', 'echo javac 17.0.15');
    await program('mvn', '[ "$1" = -v ] && exit', 'echo no answer', 'exit 1');
    const { code, said } = await engines(['install', 'dynamodb']);
    expect(code).toBe(1);
    expect(said).toContain('mvn -q ended with 1.\nno answer\n');
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what an engine said that does not start, and takes away what it left', async () => {
    await program('javac', 'echo javac 17.0.15');
    await program('mvn');
    await program('java', 'echo no memory', 'exit 3');
    const { code, said } = await engines(['dynamodb']);
    expect(code).toBe(1);
    expect(said).toContain('DynamoDB Local did not start (3).\nno memory\n');
    expect(await readdir(join(folder, 'places'))).toEqual([]);
    expect((await engines(['status', 'dynamodb'])).out).toBe('dynamodb    3.1.0     installed\n');
  });

  it('takes away what an installation left that was killed', async () => {
    await write('.aws-a1b2c3/env/file', 'half of it');
    await engines(['install', 'aws']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not start what is not installed', async () => {
    const { code, said } = await engines(['start', 'opensearch']);
    expect(code).toBe(1);
    expect(said).toBe('opensearch is not installed: npm run engines\n');
  });

  it.each([
    ['of a process that has ended', true],
    ["of another program, which has an engine's number since the machine was restarted", false],
  ])('does not take for an engine the number %s, nor ends it', async (_, ended) => {
    const other = await otherProcess();
    if (ended) await other.kill();
    await write('running.json', JSON.stringify({ aws: { url: 'http://127.0.0.1:1', pid: other.pid } }));

    const status = await engines(['status', 'aws']);
    const stop = await engines(['stop']);

    expect(status.out).toContain('not installed');
    expect(stop.code).toBe(0);
    if (!ended) {
      expect(() => process.kill(other.pid, 0)).not.toThrow();
      await other.kill();
    }
  });

  it('takes a broken list of what runs for none', async () => {
    await write('running.json', '{"aws": {"url"');
    expect(await engines(['status', 'aws'])).toMatchObject({ code: 0, said: '' });
  });

  it('waits for another that is at work', async () => {
    const other = await otherProcess();
    await write('turn', String(other.pid));
    const env = { FWOA_ENGINES_FOLDER: folder };
    const child = spawn(process.execPath, [MAIN, 'stop'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const said = await new Promise((resolve) => child.stderr.once('data', (data) => resolve(String(data))));
    expect(said).toBe(`Another npm run engines is at work (process ${other.pid}); waiting for it …\n`);
    expect(child.exitCode).toBe(null);
    expect(await readFile(join(folder, 'turn'), 'utf8')).toBe(String(other.pid));

    await other.kill();

    expect(await ended).toBe(0);
    expect(existsSync(join(folder, 'turn'))).toBe(false);
  });
});

describe('a run of tests asks for the engines', () => {
  it.each([
    ['that its files name', ['contract/aws-table.test.ts'], ['dynamodb'], []],
    ['that files name which they import', ['conformance/aws-same-answers.test.ts'], ['dynamodb', 'opensearch'], []],
    ['that tests start for themselves', ['engines/restartable.test.ts'], [], ['dynamodb', 'opensearch']],
    ['of all files, each once', ['contract/aws-table.test.ts', 'contract/aws.test.ts'], ['dynamodb', 'opensearch'], []],
    ['and for none where none are named', ['unit/architecture.test.ts'], [], []],
  ])('%s', (_, files, toUse, toStart) => {
    expect(enginesAskedFor(files.map((file) => join(TESTS, file)))).toEqual({ toUse, toStart });
  });
});
