import type { CommandIo } from './command.ts';
import type { OutputStream } from './io.ts';
import type { Style } from './reporter.ts';

/** What stands in a cell; a number of ms since the epoch as `time`. */
export type Cell = string | number | { readonly time: number } | undefined;

/** A column and how a row fills it. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  /** What a person reads where there is nothing; a program finds nothing. */
  readonly absent?: string;
}

/**
 * Rows for who reads them: on a terminal in columns, with a header, times as local time; else a line each, cells parted by tabs, without
 * header, times as RFC 3339. Control characters in a cell become spaces: they could break a line, or move a terminal's cursor.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { stdout, style }: { readonly stdout: OutputStream; readonly style: Style },
): string {
  if (!stdout.isTTY) {
    return rows.map((row) => columns.map((column) => forProgram(column.cell(row))).join('\t')).join('\n');
  }
  const cells = rows.map((row) => columns.map((column) => forPerson(column.cell(row), column.absent ?? '–')));
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, at) => Math.max(...[titles, ...cells].map((line) => line[at]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [style.strong(line(titles)), ...cells.map(line)].join('\n');
}

function forProgram(cell: Cell): string {
  if (typeof cell === 'object') return rfc3339(cell.time);
  return oneLine(String(cell ?? ''));
}

function forPerson(cell: Cell, absent: string): string {
  if (cell === undefined || cell === '') return absent;
  if (typeof cell === 'number') return cell.toLocaleString('en-US');
  return typeof cell === 'object' ? localTime(new Date(cell.time)) : oneLine(cell);
}

/** A time as programs read it: `2026-11-23T22:45:00.000Z`. */
export function rfc3339(time: number): string {
  return new Date(time).toISOString();
}

/** `2026-11-23 22:45`, where the person is. */
function localTime(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** A list that is the result of a command. */
export interface Rows<Row> {
  /** The rows for programs that read JSON. */
  readonly documents: readonly object[];
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What is said, on stderr, when there are none. */
  readonly nothing: string;
}

/** Tells a list: one JSON array with --json, else a table; of an empty one nothing comes on stdout. */
export function tellRows<Row>(list: Rows<Row>, json: boolean, { reporter, stdout }: CommandIo): void {
  if (list.rows.length === 0 && !json) reporter.note(list.nothing);
  else reporter.result(list.documents, table(list.columns, list.rows, { stdout, style: reporter.style }));
}
