import type { Command } from 'commander';
import type { ReindexedStageType } from '../admin/aws/maintain-index.ts';
import { type AdminTarget, addTargetFlags, targetFlags } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { type OpenMaintenance, openMaintenance, resourceTypes, withMaintenance } from './maintenance-target.ts';
import { type Column, table } from './table.ts';

/** `fwoa reindex`'s flags. */
export interface ReindexOptions extends AdminTarget {
  readonly type?: readonly string[] | undefined;
  readonly failed: boolean;
  readonly json: boolean;
}

export function reindexCommand(start: Start): Command {
  const command = newCommand(
    'reindex',
    'make the search index anew from the data',
    [
      'Makes the search index of a stage anew from its table, type by type, beside the one that is searched, and swaps them when it is done: searches and writes go on',
      'meanwhile. Ended at any moment and run again, it goes on where it was.',
      '',
      'With --failed, only what OpenSearch did not take when it was written is put in again, with what may have been lost on the way.',
    ].join('\n'),
    [
      { task: 'The index of all types', command: 'fwoa reindex --stage prod' },
      { task: 'Of two types', command: 'fwoa reindex --stage prod --type Patient --type Observation' },
      { task: 'What was set aside', command: 'fwoa reindex --stage prod --failed' },
    ],
  );
  return addTargetFlags(command)
    .addOption(resourceTypes())
    .addOption(switchFlag('--failed', 'only what was set aside'))
    .addOption(switchFlag('--json', 'what was done as one JSON document on stdout'))
    .action((options: ReindexOptions) => start(command, runReindex, options));
}

export async function runReindex(
  options: ReindexOptions,
  io: CommandIo,
  open: OpenMaintenance = openMaintenance,
): Promise<ExitCode> {
  return withMaintenance(options, io, open, (maintenance) =>
    options.failed ? retryFailed(options, io, maintenance) : makeAnew(options, io, maintenance),
  );
}

type Maintenance = Awaited<ReturnType<OpenMaintenance>>;

async function makeAnew(options: ReindexOptions, { reporter, stdout }: CommandIo, { call }: Maintenance) {
  const { reindexStage } = await import('../admin/aws/maintain-index.ts');
  const view = reporter.progress('resources');
  const types = await reindexStage({ call, types: options.type, onProgress: view.update }).finally(view.done);
  const refused = types.reduce((sum, type) => sum + type.refused, 0);
  const text = table(COLUMNS, types, { stdout, style: reporter.style });
  reporter.result({ types, refused }, types.length === 0 ? 'There is nothing to search yet.' : text);
  if (refused === 0) return EXIT.done;
  const next = `fwoa reindex --failed${targetFlags(options)}`;
  reporter.warn(`${refused} resources were not taken, and are set aside. When the reason is gone: ${next}`);
  return EXIT.failed;
}

async function retryFailed(options: ReindexOptions, { reporter }: CommandIo, { call, emptyQueue }: Maintenance) {
  const { retryStage } = await import('../admin/aws/maintain-index.ts');
  const { tried, indexed, examples } = await retryStage({ call, types: options.type });
  // Its messages tell of batches of the stream that were given up; what was in them has been looked for.
  if (options.type === undefined) await emptyQueue();
  const left = tried - indexed;
  const lines = [
    tried === 0
      ? 'Nothing was set aside.'
      : `${indexed} of ${tried} resources that were set aside are in the index now.`,
    ...examples.map(({ type, id, version, reason }) => `  ${type}/${id} version ${version}: ${reason}`),
  ];
  reporter.result({ tried, indexed, left, examples }, lines.join('\n'));
  return left === 0 ? EXIT.done : EXIT.failed;
}

const COLUMNS: readonly Column<ReindexedStageType>[] = [
  { title: 'Type', cell: ({ type }) => type },
  { title: 'Resources', cell: ({ written }) => written },
  { title: 'Set aside', cell: ({ refused }) => refused },
];
