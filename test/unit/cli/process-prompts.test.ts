import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { processPrompts } from '../../../src/cli/process-prompts.ts';

/** The streams of a process, as terminals or not. */
function streams({ stdinIsTTY = true, stderrIsTTY = true, env = {} }) {
  const stdin = Object.assign(new PassThrough(), { isTTY: stdinIsTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY: stderrIsTTY });
  return { stdin, stderr, prompts: processPrompts({ stdin, stderr, env } as unknown as NodeJS.Process) };
}

describe('a question on the terminal', () => {
  it.each([
    { title: 'a line', keys: 'Sesame 1\r', answer: 'Sesame 1' },
    { title: 'a correction', keys: 'Sesamm\x7fe\r', answer: 'Sesame' },
    { title: 'letters of any script', keys: 'Åsa 密碼\r', answer: 'Åsa 密碼' },
    { title: 'nothing', keys: '\r', answer: '' },
  ])('takes $title, and shows nothing of it when it is a secret', async ({ keys, answer }) => {
    const { stdin, stderr, prompts } = streams({});
    const answered = prompts.secret('Password of ada:');
    stdin.write(keys);
    expect(await answered).toBe(answer);
    stderr.end();
    expect(await text(stderr)).toBe('Password of ada: \n');
  });

  it('shows what is typed when it is none', async () => {
    const { stdin, stderr, prompts } = streams({});
    const answered = prompts.text('Type ada to go on:');
    stdin.write('ada\r');
    expect(await answered).toBe('ada');
    stderr.end();
    expect(await text(stderr)).toMatch(/Type ada to go on: [\s\S]*ada/);
  });

  it('can follow another', async () => {
    const { stdin, prompts } = streams({});
    const first = prompts.secret('One:');
    stdin.write('1\r');
    expect(await first).toBe('1');
    const second = prompts.secret('Two:');
    stdin.write('2\r');
    expect(await second).toBe('2');
  });

  it.each([
    { key: 'Ctrl-C', keys: 'half\x03' },
    { key: 'Ctrl-D', keys: '\x04' },
  ])('is interrupted by $key', async ({ keys }) => {
    const { stdin, prompts } = streams({});
    const answered = prompts.secret('Password of ada:');
    stdin.write(keys);
    await expect(answered).rejects.toMatchObject({ code: 'interrupted', kind: 'interrupted' });
  });

  it.each([
    { title: 'two terminals', world: {}, can: true },
    { title: 'stdin from a pipe', world: { stdinIsTTY: false }, can: false },
    { title: 'stderr into a file', world: { stderrIsTTY: false }, can: false },
    { title: 'CI', world: { env: { CI: 'true' } }, can: false },
  ])('with $title: $can', ({ world, can }) => expect(streams(world).prompts.canAskSecret).toBe(can));
});

describe('the first line of stdin', () => {
  it.each([
    { input: 'Sesame-1\nmore\n', line: 'Sesame-1' },
    { input: 'Sesame-1\r\n', line: 'Sesame-1' },
    { input: ' spaces are kept ', line: ' spaces are kept ' },
    { input: '\nsecond', line: '' },
    { input: '', line: '' },
  ])('of $input is "$line"', async ({ input, line }) => {
    const { stdin, prompts } = streams({ stdinIsTTY: false });
    stdin.end(input);
    expect(await prompts.firstLine()).toBe(line);
  });

  it('is there before stdin ends, also when it comes in parts', async () => {
    const { stdin, prompts } = streams({ stdinIsTTY: false });
    const line = prompts.firstLine();
    stdin.write('Ses');
    stdin.write('ame\n');
    expect(await line).toBe('Sesame');
  });

  it('reads no endless line', async () => {
    const { stdin, prompts } = streams({ stdinIsTTY: false });
    const line = prompts.firstLine();
    stdin.write('x'.repeat(100_000));
    expect((await line).length).toBe(100_000);
  });
});
