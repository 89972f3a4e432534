import type { Refusal } from '../local/import/answer.ts';
import type { ImportReport } from '../local/import/run-import.ts';
import type { Style } from './reporter.ts';
import { count } from './reporter-progress.ts';

interface SummaryContext {
  readonly target: string;
  readonly seconds: number;
}

/** Refusals that a person is shown; --json has all. */
const SHOWN_REFUSALS = 20;

/** The summary for programs (`docs/start.md` has its fields). */
export function importDocument(report: ImportReport, { target, seconds }: SummaryContext): object {
  const { files, stored, refused, types, refusals, skipped, interrupted } = report;
  return {
    target,
    files,
    resources: { stored, refused },
    types,
    refused: refusals,
    skipped,
    interrupted,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** The summary for people. */
export function importText(report: ImportReport, { target, seconds }: SummaryContext, style: Style): string {
  const blocks: string[] = [];
  if (report.types.length > 0) blocks.push(typeTable(report, style));
  if (report.refusals.length > 0) blocks.push(refusalList(report, style));
  if (report.skipped.length > 0) {
    const [first] = report.skipped;
    const which = report.skipped.length === 1 ? first?.file : `${count(report.skipped.length)} files`;
    blocks.push(`Skipped, as imported before: ${which} (--again imports once more).`);
  }
  blocks.push(resultLine(report, { target, seconds }, style));
  if (report.interrupted)
    blocks.push(`Interrupted with ${count(report.files.left)} files left: run the same command again to go on.`);
  return blocks.join('\n\n');
}

function resultLine({ stored, refused }: ImportReport, { target, seconds }: SummaryContext, style: Style): string {
  if (stored + refused === 0) return `${style.good('✓')} Nothing new for ${target}.`;
  const rate = seconds > 0 ? `, ${count(Math.round(stored / seconds))} a second` : '';
  const sentence = `${count(stored)} ${stored === 1 ? 'resource' : 'resources'} stored in ${target} in ${seconds.toFixed(1)} s${rate}`;
  if (refused === 0) return `${style.good('✓')} ${sentence}.`;
  return `${style.bad('!')} ${sentence}; ${style.bad(`${count(refused)} refused`)}.`;
}

function typeTable({ types }: ImportReport, style: Style): string {
  const columns = (['created', 'updated', 'deleted', 'refused'] as const).filter((column) =>
    types.some((row) => row[column] > 0),
  );
  const width = Math.max(4, ...types.map(({ type }) => type.length));
  const head = ['Type'.padEnd(width), ...columns.map((column) => column.padStart(9))].join(' ');
  const rows = types.map((row) =>
    [row.type.padEnd(width), ...columns.map((column) => count(row[column]).padStart(9))].join(' '),
  );
  return [style.strong(head), ...rows].join('\n');
}

function refusalList({ refusals }: ImportReport, style: Style): string {
  const rows = refusals.slice(0, SHOWN_REFUSALS).map((refusal) => `  ${placeOf(refusal)}\n    ${refusal.text}`);
  const more = refusals.length - rows.length;
  if (more > 0) rows.push(`  … and ${count(more)} more; --json lists them.`);
  return [style.strong('Refused:'), ...rows].join('\n');
}

/** `data.ndjson, line 12, Patient/1`. */
function placeOf({ file, line, entry, resource, resources, status }: Refusal): string {
  const parts = [file];
  if (line !== undefined) parts.push(`line ${line}`);
  if (entry !== undefined) parts.push(`entry ${entry}`);
  if (resource !== undefined) parts.push(resource);
  if (resources !== undefined && resources > 0) parts.push(`all ${count(resources)} resources`);
  if (status !== undefined) parts.push(`status ${status}`);
  return parts.join(', ');
}
