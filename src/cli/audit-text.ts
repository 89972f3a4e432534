import type { EventFields } from '../admin/audit/describe-event.ts';
import type { Style } from './reporter.ts';

const HEADINGS = ['Time', 'User', 'Client', 'Interaction', 'Resource', 'Patients', 'Status'] as const;

/** Widths of columns for events that are shown as they come: what is longer pushes the rest aside. */
const USUAL_WIDTHS: readonly number[] = [20, 16, 16, 14, 32, 24, 6];

/** Patients named in a cell; a pipe and --json name all. */
const SHOWN_PATIENTS = 2;

/** Events for a terminal, oldest first. */
export function auditTable(events: readonly EventFields[], style: Style): string {
  const rows = events.map(cellsOf);
  const widths = HEADINGS.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [style.faint(padded(HEADINGS, widths)), ...rows.map((row, i) => lineOf(row, widths, events[i], style))].join(
    '\n',
  );
}

/** The heading for lines that come one by one. */
export function auditHeading(style: Style): string {
  return style.faint(padded(HEADINGS, USUAL_WIDTHS));
}

/** One event for a terminal. */
export function auditRow(event: EventFields, style: Style): string {
  return lineOf(cellsOf(event), USUAL_WIDTHS, event, style);
}

/** One event for a program: all fields, parted by tabs; the columns are described in docs/audit.md. */
export function auditLine(event: EventFields): string {
  const { time, user, client, interaction, resource, patients, status, outcome, shown, ms, address, request } = event;
  return [
    time,
    user,
    client,
    interaction,
    resource,
    patients.join(','),
    status,
    outcome,
    shown,
    ms,
    address,
    request,
  ].join('\t');
}

function cellsOf(event: EventFields): readonly string[] {
  const { time, user, client, interaction, resource, patients, shown, status } = event;
  const more = patients.length > SHOWN_PATIENTS ? ` +${patients.length - SHOWN_PATIENTS}` : '';
  return [
    time.replace(/\.\d+Z$/, 'Z'),
    user || '-',
    client || '-',
    interaction || '-',
    (resource || '-') + (shown > 1 ? ` (${shown})` : ''),
    (patients.slice(0, SHOWN_PATIENTS).join(', ') || '-') + more,
    status,
  ];
}

function lineOf(
  row: readonly string[],
  widths: readonly number[],
  event: EventFields | undefined,
  style: Style,
): string {
  const text = padded(row, widths);
  return event?.outcome === 'success' ? text : style.bad(text);
}

function padded(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd();
}
