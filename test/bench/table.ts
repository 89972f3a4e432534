import { isReached, type Row } from './measure.ts';
import type { Spread } from './spread.ts';

/** The results as a plain table, medians with the least and the most in brackets. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${spreadText(row.ours)} ${row.unit}`,
    row.reference === undefined ? '' : `${spreadText(row.reference)} ${row.unit}`,
    row.ratio === undefined ? '' : spreadText(row.ratio),
    goalText(row),
    { true: 'yes', false: 'NO', undefined: '' }[String(isReached(row))] ?? '',
    row.note ?? '',
  ]);
  const table = [['measure', 'fwoa', 'reference', 'ratio', 'goal', 'reached', ''], ...cells];
  const widths = table.reduce<number[]>((most, line) => line.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), []);
  return table
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function goalText({ goal, unit }: Row): string {
  if (goal === undefined) return '';
  const sign = goal.at === 'least' ? '≥' : '≤';
  return goal.of === 'ratio' ? `ratio ${sign} ${goal.value}` : `${sign} ${figure(goal.value)} ${unit}`;
}

function spreadText({ median, min, max, samples }: Spread): string {
  return samples.length === 1 ? figure(median) : `${figure(median)} (${figure(min)}–${figure(max)})`;
}

/** Three digits are more than the machine repeats. */
function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3).replace(/\.?0+$/, '');
}
