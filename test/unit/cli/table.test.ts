import { describe, expect, it } from 'vitest';
import type { Style } from '../../../src/cli/reporter.ts';
import { type Column, table } from '../../../src/cli/table.ts';

const same = (text: string): string => text;
const style: Style = { strong: same, faint: same, good: same, bad: same };

interface Row {
  readonly name: string;
  readonly used?: number;
  readonly at?: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Used', cell: ({ used }) => used },
  { title: 'At', cell: ({ at }) => (at === undefined ? undefined : { time: at }), absent: 'never' },
];

const draw = (rows: readonly Row[], isTTY: boolean): string =>
  table(COLUMNS, rows, { stdout: { isTTY, columns: 20, write: () => {} }, style });

describe('a table', () => {
  it('has a header and columns on a terminal', () => {
    const at = new Date(2026, 0, 2, 3, 4).getTime();
    expect(draw([{ name: 'a', used: 12_345, at }, { name: 'longer name' }], true)).toBe(
      [
        'Name         Used    At', //
        'a            12,345  2026-01-02 03:04',
        'longer name  –       never',
      ].join('\n'),
    );
  });

  it('has tabs, bare numbers, RFC 3339 times and nothing for what is not there in a pipe', () => {
    expect(draw([{ name: 'a', used: 12_345, at: Date.UTC(2026, 0, 2, 3, 4) }, { name: 'b' }], false)).toBe(
      'a\t12345\t2026-01-02T03:04:00.000Z\nb\t\t',
    );
  });

  it.each([true, false])('lets no control character out (terminal: %s)', (isTTY) => {
    const text = draw([{ name: 'x\t\x1b[2Jy\nz\x9b' }], isTTY);
    expect(text).toContain('x [2Jy z ');
    expect(text.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
  });
});
