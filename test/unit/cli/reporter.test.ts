import { describe, expect, it } from 'vitest';
import { createReporter } from '../../../src/cli/reporter.ts';
import { count, createProgressView, duration, progressText } from '../../../src/cli/reporter-progress.ts';
import { recordingIo } from './recording-io.ts';

/** An io whose two streams are terminals. */
function terminal(env: Readonly<Record<string, string | undefined>>) {
  const io = recordingIo({ env });
  const asTerminal = (stream: { write(text: string): unknown }) => ({ write: stream.write, isTTY: true, columns: 80 });
  return { ...io, stdout: asTerminal(io.stdout), stderr: asTerminal(io.stderr) };
}

describe('the reporter', () => {
  it.each([
    { title: 'on a terminal', env: {}, color: true, colored: true },
    { title: 'with NO_COLOR', env: { NO_COLOR: '1' }, color: true, colored: false },
    { title: 'with an empty NO_COLOR', env: { NO_COLOR: '' }, color: true, colored: true },
    { title: 'with --no-color', env: {}, color: false, colored: false },
  ])('colours $title: $colored', ({ env, color, colored }) => {
    const io = terminal(env);
    createReporter(io, { json: false, color }).failure({ code: 'x', what: 'It failed.' });
    expect(io.err().includes('\x1b[')).toBe(colored);
  });

  it('never colours what is no terminal', () => {
    const io = recordingIo();
    createReporter(io, { json: false, color: true }).failure({ code: 'x', what: 'It failed.', next: 'Do this.' });
    expect(io.err()).toBe('✗ It failed.\n  Do this.\n');
  });

  it('gives the document with --json and the text without', () => {
    const json = recordingIo();
    createReporter(json, { json: true, color: true }).result({ a: 1 }, 'one');
    const plain = recordingIo();
    createReporter(plain, { json: false, color: true }).result({ a: 1 }, 'one');
    expect([json.out(), plain.out()]).toEqual(['{"a":1}\n', 'one\n']);
  });
});

describe('progress', () => {
  it('tells share, number, rate and time left', () => {
    expect(progressText({ done: 25, total: 100, items: 5000 }, 'resources', 2000)).toBe(
      '25 % · 5,000 resources · 2,500/s · 6 s left',
    );
  });

  it.each([
    [900, '1 s'],
    [99_000, '99 s'],
    [180_000, '3 min'],
    [7_500_000, '2 h 5 min'],
  ])('writes %d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('groups the digits of a number', () => expect(count(1_234_567)).toBe('1,234,567'));

  it('draws a bar again and again on a terminal, and takes it away', () => {
    let text = '';
    let time = 1000;
    const write = (part: string): void => {
      text += part;
    };
    const view = createProgressView({ write }, 'resources', { moves: true, now: () => time });
    view.update({ done: 1, total: 2, items: 10 });
    time += 50;
    view.update({ done: 2, total: 2, items: 20 });
    view.done();
    expect(text.split('\r')).toHaveLength(3);
    expect(text).toContain('████████████░░░░░░░░░░░░ 50 % · 10 resources');
    expect(text.endsWith('\r\x1b[K')).toBe(true);
  });

  it('writes a whole line every ten seconds elsewhere', () => {
    let text = '';
    let time = 0;
    const write = (part: string): void => {
      text += part;
    };
    const view = createProgressView({ write }, 'resources', {
      moves: false,
      now: () => time,
    });
    for (; time <= 25_000; time += 1000) view.update({ done: time, total: 100_000, items: time });
    expect(text.split('\n')).toHaveLength(3);
    expect(text).not.toContain('\r');
  });
});
