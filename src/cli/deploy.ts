import { type Command, Option } from 'commander';
import type { AwsSettings } from '../config/aws-client.ts';
import type { StageStack } from '../config/find-stage.ts';
import { Problem } from '../config/problem.ts';
import { DEFAULT_STAGE, isStageName, STAGE_NAME_RULE } from '../config/stage.ts';
import type { StageChanges } from '../deploy/stage-changes.ts';
import type { StageDriver } from '../deploy/stage-driver.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { type CommandIo, fhirVersion, newCommand, type Start, switchFlag } from './command.ts';
import { costText, planText } from './deploy-text.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { tellOfInterrupt, tellProgress } from './stage-progress.ts';

/** `fwoa deploy`'s flags. */
export interface DeployOptions {
  readonly stage: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly config?: string | undefined;
  readonly fhirVersion?: FhirVersion | undefined;
  readonly production: boolean;
  readonly dev: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly debug?: boolean | undefined;
}

export function deployCommand(start: Start): Command {
  const command = newCommand(
    'deploy',
    'make or change a stage in your AWS account',
    [
      'Makes a stage, a FHIR API of its own, in your AWS account, or brings the one that is there to this version and configuration. Before anything is done, it shows',
      'what will change, who may do what then, and about what it costs. Ended at any moment and run again, it goes on.',
    ].join('\n'),
    [
      { task: 'What would be made, and what would it cost?', command: 'fwoa deploy --dry-run' },
      {
        task: 'A stage for production, with another profile',
        command: 'fwoa deploy --stage prod --production --profile hospital',
      },
    ],
  );
  return addStageFlags(command)
    .option('--config <file>', 'configuration file (default: the nearest fwoa.config.ts, from here upwards)')
    .addOption(
      new Option('--fhir-version <version>', 'FHIR version of a new stage: 4.0.1 (R4) or 3.0.1 (STU3)')
        .argParser(fhirVersion)
        .default(undefined, 'that of the stage, 4.0.1 for a new one'),
    )
    .addOption(switchFlag('--production', 'three zones, larger, protected against deletion; stays when left out later'))
    .addOption(switchFlag('--dev', 'back from production').conflicts('production'))
    .addOption(switchFlag('--dry-run', 'show what would be done, and do nothing'))
    .addOption(switchFlag('--yes', 'ask nothing'))
    .addOption(switchFlag('--json', 'the result as one JSON document on stdout'))
    .action((options: DeployOptions) =>
      start(command, runDeploy, { ...options, debug: command.optsWithGlobals().debug }),
    );
}

/** The flags of the commands that make and remove a stage. */
export function addStageFlags(command: Command): Command {
  return command
    .addOption(new Option('--stage <name>', `name of the stage: ${STAGE_NAME_RULE}`).default(DEFAULT_STAGE))
    .option('--region <region>', 'AWS region')
    .option('--profile <profile>', 'AWS profile to use');
}

/** @throws Problem for a name that can be no stage's */
export function checkStageName(stage: string): void {
  if (isStageName(stage)) return;
  const what = `${stage} can't be the name of a stage.`;
  throw new Problem('stage-name-invalid', { what, next: `It has ${STAGE_NAME_RULE}.` }, { kind: 'usage' });
}

export async function runDeploy(options: DeployOptions, io: CommandIo): Promise<ExitCode> {
  checkStageName(options.stage);
  const { awsSettings, callerIdentity, explainAwsError } = await import('../config/aws-client.ts');
  const settings = await awsSettings(options, io.env);
  const { account } = await callerIdentity(settings);
  try {
    return await deployTo({ account, settings }, options, io);
  } catch (error) {
    throw explainAwsError(error, settings);
  }
}

interface Place {
  readonly account: string;
  readonly settings: AwsSettings;
}

async function deployTo(place: Place, options: DeployOptions, io: CommandIo): Promise<ExitCode> {
  const { account, settings } = place;
  const { stage } = options;
  const { reporter } = io;
  const { loadConfig } = await import('../config/load-config.ts');
  const { config } = await loadConfig({ cwd: io.cwd, file: options.config });
  const { describeStage } = await import('../config/find-stage.ts');
  const before = await describeStage(stage, settings);
  const preset = presetOf(options, before);
  const version = versionOf(options, before);
  await refuseUnfinished(stage, before);

  const { openStageDriver } = await import('../deploy/stage-driver.ts');
  const progress = tellProgress(reporter, options);
  const request = {
    stage,
    account,
    fhirVersion: version,
    config,
    preset,
    serviceEndpoint: io.env.AWS_ENDPOINT_URL || undefined,
  };
  const driver = await openStageDriver(request, settings, progress).catch((error: unknown) => {
    throw refusedByTemplate(error);
  });
  try {
    const { isDead } = await import('../deploy/remove-failed-stack.ts');
    const isNew = before === undefined || isDead(before);
    reporter.note(`Stage ${stage} in ${settings.region}, account ${account}${isNew ? ', new' : ''}.`);
    const changes = await driver.plan(isNew);
    const { estimateCost } = await import('../deploy/prices.ts');
    const cost = estimateCost(config.deploy, preset);
    reporter.note(`${planText(changes)}\n${costText(cost)}`);
    if (options.dryRun) {
      reporter.result(
        { stage, account, region: settings.region, preset, fhirVersion: version, changes, cost },
        'Nothing was changed.',
      );
      return EXIT.done;
    }
    await confirm(changes, place, options, io);
    await carryOut(driver, place, before, progress, options, io);
  } finally {
    await driver.close();
  }
  return tellDeployed(place, options, io);
}

/** What the schema of the configuration lets through, and the CDK does not. */
function refusedByTemplate(error: unknown): unknown {
  if (!(error instanceof Error && error.name === 'AssemblyError' && error.cause instanceof Error)) return error;
  return new Problem(
    'not-deployable',
    {
      what: 'No stage can be made of this configuration.',
      why: error.cause.message.split('\n')[0],
      next: 'Put it right in "deploy" of fwoa.config.ts.',
    },
    { cause: error },
  );
}

function presetOf(options: DeployOptions, before: StageStack | undefined): 'dev' | 'production' {
  if (options.production) return 'production';
  return !options.dev && before?.someOutputs.Preset === 'production' ? 'production' : 'dev';
}

function versionOf({ fhirVersion: wanted, stage }: DeployOptions, before: StageStack | undefined): FhirVersion {
  const there = before?.someOutputs.FhirVersion as FhirVersion | undefined;
  if (there !== undefined && wanted !== undefined && wanted !== there) {
    throw new Problem('other-fhir-version', {
      what: `The stage ${stage} is of FHIR ${there}; that can't be changed.`,
      next: 'Make another stage: --stage NAME.',
    });
  }
  return wanted ?? there ?? '4.0.1';
}

/** Of a stack that CloudFormation still works on, or that it can do nothing more with. */
async function refuseUnfinished(stage: string, before: StageStack | undefined): Promise<void> {
  if (before === undefined) return;
  const flags = stage === DEFAULT_STAGE ? '' : ` --stage ${stage}`;
  const { status } = before;
  if (/_IN_PROGRESS$/.test(status) && status !== 'REVIEW_IN_PROGRESS') {
    const next = 'Wait until it is done, and run this again.';
    throw new Problem('deployment-running', { what: `AWS is still working on the stage ${stage}: ${status}.`, next });
  }
  if (status === 'DELETE_FAILED') {
    const next = `Remove the rest first: fwoa destroy${flags}`;
    throw new Problem('half-removed', { what: `The stage ${stage} is half removed.`, why: before.reason, next });
  }
}

async function confirm(
  { resources }: StageChanges,
  { account, settings }: Place,
  options: DeployOptions,
  io: CommandIo,
): Promise<void> {
  if (options.yes || resources.length === 0) return;
  if (!io.canAsk) {
    throw new Problem(
      'confirmation-missing',
      {
        what: 'Nothing was changed: there is no terminal to ask on.',
        next: 'Add --yes, or look first with --dry-run.',
      },
      { kind: 'usage' },
    );
  }
  const answer = await io.prompts.text(`Do this in account ${account}, ${settings.region}? Type yes:`);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new Problem('not-confirmed', { what: 'Nothing was changed.' });
}

async function carryOut(
  driver: StageDriver,
  { account, settings }: Place,
  before: StageStack | undefined,
  progress: ReturnType<typeof tellProgress>,
  options: DeployOptions,
  io: CommandIo,
): Promise<void> {
  const { reporter } = io;
  const { prepareAccount } = await import('../deploy/prepare-account.ts');
  const { removeFailedStack } = await import('../deploy/remove-failed-stack.ts');
  const stop = tellOfInterrupt(io, options.stage, settings.region);
  try {
    for (const done of await prepareAccount(driver, settings)) reporter.note(done);
    if (before !== undefined && (await removeFailedStack(options.stage, before, settings))) {
      reporter.note('What an earlier deployment had left half-made was removed.');
    }
    await driver.deploy();
  } catch (error) {
    throw progress.explain(error, { account, region: settings.region });
  } finally {
    progress.done();
    stop();
  }
}

/** The URL, a first API key where there is none, and what to do next. */
async function tellDeployed({ account, settings }: Place, options: DeployOptions, io: CommandIo): Promise<ExitCode> {
  const { stage } = options;
  const { findStage } = await import('../config/find-stage.ts');
  const outputs = await findStage(stage, settings);
  const { openStageAdmin } = await import('../admin/aws/open-stage-admin.ts');
  const admin = openStageAdmin(stage, outputs, settings);
  try {
    const clients = await admin.clients();
    const first = clients.length > 0 ? undefined : await admin.addClient({ name: 'first' });
    const flags = stage === DEFAULT_STAGE ? '' : ` --stage ${stage}`;
    const data = {
      stage,
      account,
      region: settings.region,
      url: outputs.Url,
      fhirVersion: outputs.FhirVersion,
      preset: outputs.Preset,
      version: outputs.Version,
      apiKey: first?.apiKey ?? null,
    };
    const lines = [`URL      ${outputs.Url}`];
    if (first !== undefined) lines.push(`API key  ${first.apiKey}   (of the client system "first"; shown only now)`);
    lines.push(
      '',
      'Next:',
      `  curl ${outputs.Url}/metadata`,
      `  fwoa add-user NAME --role practitioner${flags}`,
      `  TOKEN=$(fwoa token --user NAME${flags})`,
    );
    io.reporter.result(data, lines.join('\n'));
    return EXIT.done;
  } finally {
    await admin.close();
  }
}
