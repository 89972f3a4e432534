import type { Command } from 'commander';
import type { AwsSettings } from '../config/aws-client.ts';
import type { StageStack } from '../config/find-stage.ts';
import { Problem } from '../config/problem.ts';
import type { Leftover } from '../deploy/inventory.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { addStageFlags, checkStageName } from './deploy.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { tellOfInterrupt, tellProgress } from './stage-progress.ts';

/** `fwoa destroy`'s flags. */
export interface DestroyOptions {
  readonly stage: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly config?: string | undefined;
  readonly keepData: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly debug?: boolean | undefined;
}

export function destroyCommand(start: Start): Command {
  const command = newCommand(
    'destroy',
    'take a stage away',
    [
      'Removes a stage from your AWS account with all its data, after its name was typed: resources and their versions, users, client systems, logs. Then it lists',
      'what is left by tag and by name, and exits 1 if anything is. Works on a stage that is half made or half removed, and goes on after an interruption.',
    ].join('\n'),
    [
      { task: 'What would be lost?', command: 'fwoa destroy --stage test --dry-run' },
      { task: 'All but the data', command: 'fwoa destroy --stage test --keep-data' },
    ],
  );
  return addStageFlags(command)
    .option('--config <file>', 'configuration file, with --keep-data (default: the nearest fwoa.config.ts)')
    .addOption(switchFlag('--keep-data', 'table, bucket, users, key and audit log stay, and are named'))
    .addOption(switchFlag('--dry-run', 'show what would be lost, and do nothing'))
    .addOption(switchFlag('--yes', 'ask nothing'))
    .addOption(switchFlag('--json', 'what is left as one JSON document on stdout'))
    .action((options: DestroyOptions) =>
      start(command, runDestroy, { ...options, debug: command.optsWithGlobals().debug }),
    );
}

interface Place {
  readonly account: string;
  readonly settings: AwsSettings;
  readonly stack: StageStack | undefined;
}

export async function runDestroy(options: DestroyOptions, io: CommandIo): Promise<ExitCode> {
  const { stage } = options;
  checkStageName(stage);
  const { awsSettings, callerIdentity, explainAwsError } = await import('../config/aws-client.ts');
  const settings = await awsSettings(options, io.env);
  const { account } = await callerIdentity(settings);
  try {
    const { describeStage } = await import('../config/find-stage.ts');
    const { inventory } = await import('../deploy/inventory.ts');
    const stack = await describeStage(stage, settings);
    const there = await inventory(stage, settings);
    if (stack === undefined && there.length === 0) {
      io.reporter.result(
        result(options, [], []),
        `There is nothing of a stage ${stage} in ${settings.region}, account ${account}.`,
      );
      return EXIT.done;
    }
    return await take({ account, settings, stack }, there, options, io);
  } catch (error) {
    throw explainAwsError(error, settings);
  }
}

async function take(
  place: Place,
  there: readonly Leftover[],
  options: DestroyOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const { account, settings, stack } = place;
  const { stage, keepData } = options;
  const { reporter } = io;
  reporter.note(await lossText(place, there, options));
  if (options.dryRun) {
    reporter.result({ ...result(options, [], there), dryRun: true }, 'Nothing was removed.');
    return EXIT.done;
  }
  await confirm(options, io);
  const { destroyStage } = await import('../deploy/destroy-stage.ts');
  const view = reporter.progress('resources');
  let most = 0;
  const stop = tellOfInterrupt(io, stage, settings.region);
  let left: readonly Leftover[];
  try {
    left = await destroyStage(
      {
        stage,
        stack,
        keepData,
        releaseData: () => releaseData(place, options, io),
        onStep: (text) => reporter.note(text),
        onLeft(resources) {
          most = Math.max(most, resources);
          view.update({ done: most - resources, total: most, items: most - resources });
        },
      },
      settings,
    );
  } finally {
    view.done();
    stop();
  }
  const kept = keepData ? left : [];
  const names = left.map(({ service, name }) => `  ${service} ${name}`);
  if (keepData) {
    reporter.result(result(options, kept, []), [`The stage ${stage} is gone. Its data is kept:`, ...names].join('\n'));
    return EXIT.done;
  }
  if (left.length === 0) {
    const text = `Nothing is left of the stage ${stage} in ${settings.region}, account ${account}. Its key is deleted by AWS when its waiting time is over.`;
    reporter.result(result(options, [], []), text);
    return EXIT.done;
  }
  reporter.result(result(options, [], left), ['This is left:', ...names].join('\n'));
  return EXIT.failed;
}

function result({ stage, keepData }: DestroyOptions, kept: readonly Leftover[], left: readonly Leftover[]): object {
  return { stage, keepData, kept, left };
}

async function lossText(
  { account, settings, stack }: Place,
  there: readonly Leftover[],
  { stage, keepData }: DestroyOptions,
): Promise<string> {
  const where = `the stage ${stage} in ${settings.region}, account ${account}`;
  if (keepData) return `To be removed: ${where}, but its data.`;
  const { holdings } = await import('../deploy/destroy-stage.ts');
  const nameOf = (service: string) => there.find((each) => each.service === service)?.name;
  const { items, users } = await holdings(
    {
      table: stack?.someOutputs.TableName ?? nameOf('dynamodb'),
      userPool: stack?.someOutputs.UserPoolId ?? nameOf('cognito-idp'),
    },
    settings,
  );
  return `To be removed: ${where}, with about ${items.toLocaleString('en-US')} items of its table, ${users} users, the contents of its bucket, its logs and its audit log. They can't be had back.`;
}

async function confirm({ stage, yes }: DestroyOptions, io: CommandIo): Promise<void> {
  if (yes) return;
  if (!io.canAsk) {
    throw new Problem(
      'confirmation-missing',
      {
        what: 'Nothing was removed: there is no terminal to ask on.',
        next: 'Add --yes, or look first with --dry-run.',
      },
      { kind: 'usage' },
    );
  }
  const typed = await io.prompts.text(`Type the stage's name, ${stage}, to remove it:`);
  if (typed.trim() !== stage)
    throw new Problem('not-confirmed', { what: 'Nothing was removed: that is another name.' });
}

/** Deploys the stage once more as one that leaves its data behind. */
async function releaseData({ account, settings, stack }: Place, options: DestroyOptions, io: CommandIo): Promise<void> {
  const { loadConfig } = await import('../config/load-config.ts');
  const { config } = await loadConfig({ cwd: io.cwd, file: options.config });
  const { openStageDriver } = await import('../deploy/stage-driver.ts');
  const progress = tellProgress(io.reporter, options);
  const { Preset, FhirVersion: version } = stack?.someOutputs ?? {};
  const driver = await openStageDriver(
    {
      stage: options.stage,
      account,
      fhirVersion: (version ?? '4.0.1') as FhirVersion,
      config,
      preset: Preset === 'production' ? 'production' : 'dev',
      serviceEndpoint: io.env.AWS_ENDPOINT_URL || undefined,
      keepData: true,
    },
    settings,
    progress,
  );
  try {
    await driver.deploy();
  } catch (error) {
    throw progress.explain(error, { account, region: settings.region });
  } finally {
    progress.done();
    await driver.close();
  }
}
