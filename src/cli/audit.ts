import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { AuditFilter } from '../admin/audit/audit-filter.ts';
import type { AuditNotes, AuditRecord } from '../admin/audit/read-audit.ts';
import { Problem } from '../config/problem.ts';
import { stackName } from '../config/stage.ts';
import { type AdminTarget, addTargetFlags } from './admin-target.ts';
import { eventLimit, patientId, pointInTime, resourceName } from './audit-flags.ts';
import { auditHeading, auditLine, auditRow, auditTable } from './audit-text.ts';
import { type CommandIo, inFull, newCommand, type Start, switchFlag } from './command.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { count } from './reporter-progress.ts';

/** `fwoa audit`'s flags. */
export interface AuditOptions extends AuditFilter, AdminTarget {
  /** The newest so many. */
  readonly limit: number | 'all';
  readonly follow: boolean;
  readonly json: boolean;
}

const DESCRIPTION = `Shows who saw or changed what: the audit log of a data folder, whether its server runs or not, oldest first.
A table on a terminal; elsewhere a line an event with all its fields, parted by tabs; with --json the events themselves.`;

const INTERACTIONS = [
  ...['read', 'vread', 'search', 'history', 'create', 'update', 'delete', 'batch', 'operation', 'capabilities'],
  ...['binary-upload', 'binary-download', 'sign-in', 'refresh', 'revoke'],
];

export function auditCommand(start: Start): Command {
  const command = newCommand('audit', 'show who saw or changed what', DESCRIPTION, [
    { task: 'Who had to do with a patient in the last week', command: 'fwoa audit --local --patient 1 --since 7d' },
    { task: 'What is refused, as it happens', command: 'fwoa audit --local --outcome refused --follow' },
    {
      task: 'All that a user changed in a type of resources, as JSON',
      command: 'fwoa audit --local --user ann --resource Observation --interaction update --limit all --json',
    },
  ]);
  const time = (value: string) => pointInTime(value, Date.now());
  return addTargetFlags(command)
    .option('--user <user>', "only a user's: name or id")
    .option('--client <client>', "only a client system's: name or id")
    .addOption(new Option('--patient <id>', 'only what concerns a patient').argParser(patientId))
    .addOption(new Option('--resource <type[/id]>', 'only what is about a type or resource').argParser(resourceName))
    .addOption(new Option('--interaction <name>', 'only one kind of interaction').choices(INTERACTIONS))
    .addOption(new Option('--outcome <outcome>', 'only one outcome').choices(['success', 'refused', 'failed']))
    .addOption(new Option('--since <time>', 'only from then on: 2024-05-01T09:30:00Z, 2h, 7d').argParser(time))
    .addOption(new Option('--until <time>', 'only before then').argParser(time))
    .addOption(new Option('--limit <number>', 'only the newest so many, or all').argParser(eventLimit).default(50))
    .addOption(switchFlag('--follow', 'events from now on, as they are written').conflicts(['since', 'until', 'limit']))
    .addOption(switchFlag('--json', 'one JSON array on stdout; with --follow one JSON line an event'))
    .action((options: AuditOptions) => start(command, runAudit, options));
}

/** Shows what the log holds, or follows it until it is told to stop. */
export async function runAudit(options: AuditOptions, io: CommandIo): Promise<ExitCode> {
  const folder = await auditFolder(options, io);
  const notes = countingNotes(io);
  if (options.follow) await follow(folder, options, io, notes);
  else if (options.limit === 'all') await showAll(folder, options, io, notes);
  else await showNewest(folder, options, options.limit, io, notes);
  notes.tell();
  return EXIT.done;
}

async function auditFolder(options: AuditOptions, io: CommandIo): Promise<string> {
  const { data, local, stage } = options;
  if (!local) {
    throw new Problem('only-on-the-local-server', {
      what: 'This version of fwoa shows the audit log of a local server alone.',
      next: `That of a stage is its log group: aws logs tail /fwoa/${stackName(stage)}/audit --follow`,
    });
  }
  const { readDataSettings } = await import('../config/data-settings.ts');
  const folder = inFull(io, data);
  if (readDataSettings(folder) === undefined) {
    const what = `There is no data folder ${data}.`;
    throw new Problem('no-data-folder', { what, next: "Name the server's folder with --data." });
  }
  return join(folder, 'audit');
}

async function showNewest(
  folder: string,
  options: AuditOptions,
  limit: number,
  io: CommandIo,
  notes: AuditNotes,
): Promise<void> {
  const { newestEvents } = await import('../admin/audit/read-audit.ts');
  const { fieldsOf } = await import('../admin/audit/describe-event.ts');
  const { records, more } = await newestEvents(folder, options, limit, notes);
  const { reporter, stdout } = io;
  if (options.json) stdout.write(`[${records.map(({ line }) => line).join(',\n')}]\n`);
  else if (!stdout.isTTY) for (const { event } of records) stdout.write(`${auditLine(fieldsOf(event))}\n`);
  else if (records.length > 0) {
    const events = records.map(({ event }) => fieldsOf(event));
    stdout.write(`${auditTable(events, reporter.style)}\n`);
  }
  if (records.length === 0) reporter.note('No event matches.');
  if (more) reporter.note(`These are the newest ${count(limit)}; --limit shows more, --limit all all that match.`);
}

/** In constant memory: nothing is kept back to make columns of it. */
async function showAll(folder: string, options: AuditOptions, io: CommandIo, notes: AuditNotes): Promise<void> {
  const { allEvents } = await import('../admin/audit/read-audit.ts');
  const write = await writer(options, io);
  let separator = '';
  if (options.json) io.stdout.write('[');
  for await (const record of allEvents(folder, options, notes)) {
    if (options.json) io.stdout.write(separator + record.line);
    else write(record);
    separator = ',\n';
  }
  if (options.json) io.stdout.write(']\n');
  if (separator === '') io.reporter.note('No event matches.');
}

async function follow(folder: string, filter: AuditOptions, io: CommandIo, notes: AuditNotes): Promise<void> {
  const { followEvents } = await import('../admin/audit/follow-audit.ts');
  const controller = new AbortController();
  const forget = io.onSignal(() => {
    if (controller.signal.aborted) io.exit(EXIT.interrupted);
    controller.abort();
  });
  try {
    const write = await writer(filter, io);
    const onReady = () => io.reporter.note('Showing events as they are written. Ctrl-C ends it.');
    const events = followEvents(folder, { filter, notes, signal: controller.signal, onReady });
    for await (const record of events) write(record);
  } finally {
    forget();
  }
}

/** What shows one event after the other. */
async function writer({ json }: AuditOptions, { stdout, reporter }: CommandIo): Promise<(record: AuditRecord) => void> {
  const { fieldsOf } = await import('../admin/audit/describe-event.ts');
  if (json) return ({ line }) => void stdout.write(`${line}\n`);
  if (!stdout.isTTY) return ({ event }) => void stdout.write(`${auditLine(fieldsOf(event))}\n`);
  let begun = false;
  return ({ event }) => {
    if (!begun) stdout.write(`${auditHeading(reporter.style)}\n`);
    begun = true;
    stdout.write(`${auditRow(fieldsOf(event), reporter.style)}\n`);
  };
}

function countingNotes({ reporter }: CommandIo): AuditNotes & { readonly tell: () => void } {
  let broken = 0;
  let lost = 0;
  return {
    broken: () => {
      broken += 1;
    },
    lost: (events) => {
      lost += events;
    },
    tell() {
      if (broken > 0) reporter.warn(`Lines of the log that cannot be read: ${count(broken)}.`);
      if (lost > 0) reporter.warn(`Events that the server could not write, and had no room to keep: ${count(lost)}.`);
    },
  };
}
