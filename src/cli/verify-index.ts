import { type Command, InvalidArgumentError, Option } from 'commander';
import type { VerifiedStageType } from '../admin/aws/maintain-index.ts';
import { type AdminTarget, addTargetFlags, targetFlags } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { type OpenMaintenance, openMaintenance, resourceTypes, withMaintenance } from './maintenance-target.ts';
import { type Column, table } from './table.ts';

/** `fwoa verify-index`'s flags. */
export interface VerifyIndexOptions extends AdminTarget {
  readonly type?: readonly string[] | undefined;
  readonly fix: boolean;
  /** From 0 to 100. */
  readonly sample: number;
  readonly json: boolean;
}

export function verifyIndexCommand(start: Start): Command {
  const command = newCommand(
    'verify-index',
    'compare the search index with the data',
    [
      "Looks whether the search index of a stage has each resource's current version, deletions too. What is missing or behind is put right with --fix;",
      'what is ahead, as after the table was restored from a backup, needs `fwoa reindex`.',
      '',
      'A stage that is written to is always behind by a moment: a few resources may be counted that are on their way. Exits 1 when something differs.',
    ].join('\n'),
    [
      { task: 'One resource in a hundred', command: 'fwoa verify-index --stage prod --sample 1' },
      {
        task: 'All patients, and put right what differs',
        command: 'fwoa verify-index --stage prod --type Patient --fix',
      },
    ],
  );
  const sample = new Option('--sample <percent>', 'of all resources so many are looked at, in percent')
    .argParser(percent)
    .default(100);
  return addTargetFlags(command)
    .addOption(resourceTypes())
    .addOption(switchFlag('--fix', 'put right what differs'))
    .addOption(sample)
    .addOption(switchFlag('--json', 'what was found as one JSON document on stdout'))
    .action((options: VerifyIndexOptions) => start(command, runVerifyIndex, options));
}

export async function runVerifyIndex(
  options: VerifyIndexOptions,
  io: CommandIo,
  open: OpenMaintenance = openMaintenance,
): Promise<ExitCode> {
  const { reporter, stdout } = io;
  return withMaintenance(options, io, open, async ({ call }) => {
    const { verifyStage } = await import('../admin/aws/maintain-index.ts');
    const view = reporter.progress('resources');
    const { type, fix, sample } = options;
    const verify = { call, types: type, fix, sample: sample / 100, onProgress: view.update };
    const types = await verifyStage(verify).finally(view.done);
    const different = types.reduce(
      (sum, { missing, behind, ahead, fixed }) => sum + missing + behind + ahead - fixed,
      0,
    );
    const text = table(COLUMNS, types, { stdout, style: reporter.style });
    reporter.result({ types, different }, types.length === 0 ? 'There is nothing to search yet.' : text);
    if (different === 0) return EXIT.done;
    const flags = targetFlags(options);
    const next = fix ? `fwoa reindex${flags}` : `fwoa verify-index --fix${flags}`;
    reporter.warn(`The index differs from the data in ${different} resources. To put it right: ${next}`);
    return EXIT.failed;
  });
}

const COLUMNS: readonly Column<VerifiedStageType>[] = [
  { title: 'Type', cell: ({ type }) => type },
  { title: 'Checked', cell: ({ checked }) => checked },
  { title: 'Missing', cell: ({ missing }) => missing },
  { title: 'Behind', cell: ({ behind }) => behind },
  { title: 'Ahead', cell: ({ ahead }) => ahead },
  { title: 'Fixed', cell: ({ fixed }) => fixed },
];

function percent(value: string): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (number > 0 && number <= 100) return number;
  throw new InvalidArgumentError('It is a number above 0, 100 at most.');
}
