import { describe, expect, it } from 'vitest';
import { createReport } from '../../../src/lambda/log-line.ts';

function reported(error: unknown): string {
  const lines: string[] = [];
  createReport(
    (line) => lines.push(line),
    () => 'r1',
  )(error);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  return lines[0] ?? '';
}

describe('an error in the log', () => {
  it('says what it is, where, and what is behind it', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNRESET', status: 502 });
    const line = JSON.parse(reported(new Error('outer', { cause })));
    expect(line).toMatchObject({
      level: 'error',
      request: 'r1',
      error: 'Error',
      cause: { error: 'TypeError', code: 'ECONNRESET', status: 502 },
    });
    expect(line.at[0]).toMatch(/^log-line\.test\.ts:\d+:\d+$/);
  });

  it.each<[string, () => unknown]>([
    ['a message', () => new Error('Patient Chalmers')],
    ['a message that looks like a place', () => new Error('x\n    at Chalmers (/home/Chalmers.ts:1:1) Chalmers')],
    ['a name', () => Object.assign(new Error(''), { name: 'Peter Chalmers' })],
    ['a code', () => Object.assign(new Error(''), { code: 'Peter Chalmers' })],
    ['a text that was thrown', () => 'Chalmers'],
    ['an object that was thrown', () => ({ name: 'Chalmers' })],
  ])('says nothing that may be data: %s', (_, make) => {
    expect(reported(make())).not.toContain('Chalmers');
  });

  it('ends with causes that go round', () => {
    const error = new Error('a');
    error.cause = error;
    expect(reported(error).length).toBeLessThan(10_000);
  });
});
