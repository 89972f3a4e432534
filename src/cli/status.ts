import type { Command } from 'commander';
import type { StageStatus } from '../admin/aws/stage-status.ts';
import { packageVersion } from '../config/package-info.ts';
import { Problem } from '../config/problem.ts';
import { DEFAULT_STAGE } from '../config/stage.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { addStageFlags, checkStageName } from './deploy.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { rfc3339 } from './table.ts';

/** `fwoa status`' flags. */
export interface StatusOptions {
  readonly stage: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly json: boolean;
}

export function statusCommand(start: Start): Command {
  const command = newCommand(
    'status',
    'how a stage is',
    'Tells where a stage is, of which version, whether it answers, which alarms ring, how far search is behind. Exits 1 when something is not as it should be.',
    [
      { task: 'How is it?', command: 'fwoa status --stage prod' },
      { task: 'Its URL alone', command: 'fwoa status --stage prod --json | jq -r .url' },
    ],
  );
  return addStageFlags(command)
    .addOption(switchFlag('--json', 'one JSON document on stdout'))
    .action((options: StatusOptions) => start(command, runStatus, options));
}

export async function runStatus(options: StatusOptions, io: CommandIo): Promise<ExitCode> {
  const { stage } = options;
  checkStageName(stage);
  const [{ awsSettings, callerIdentity }, { describeStage, findStage }] = await Promise.all([
    import('../config/aws-client.ts'),
    import('../config/find-stage.ts'),
  ]);
  const settings = await awsSettings(options, io.env);
  const { account } = await callerIdentity(settings);
  const stack = await describeStage(stage, settings);
  if (stack === undefined) {
    await findStage(stage, settings);
    throw new Problem('not-deployed', { what: `There is no stage ${stage}.` });
  }
  const { stageStatus } = await import('../admin/aws/stage-status.ts');
  const status = await stageStatus(stage, stack, settings);
  const place = { stage, region: settings.region, account };
  io.reporter.result(statusDocument(place, status), statusText(place, status));
  return status.healthy ? EXIT.done : EXIT.failed;
}

interface Place {
  readonly stage: string;
  readonly region: string;
  readonly account: string;
}

/** For programs: what is not known is null. */
export function statusDocument(place: Place, status: StageStatus): object {
  const { outputs, changedAt, state, healthy, answer, alarms, indexLag, setAside, users, unknown } = status;
  return {
    ...place,
    url: outputs?.Url ?? null,
    fhirVersion: outputs?.FhirVersion ?? null,
    preset: outputs?.Preset ?? null,
    version: outputs?.Version ?? null,
    state,
    changedAt: changedAt === undefined ? null : rfc3339(changedAt),
    healthy,
    answer: answer ?? null,
    alarms: alarms ?? null,
    indexLag: indexLag ?? null,
    setAside: setAside ?? null,
    users: users ?? null,
    unknown,
  };
}

/** For a person: a line each. */
export function statusText({ stage, region, account }: Place, status: StageStatus): string {
  const { outputs, state, changedAt, answer, alarms, indexLag, setAside, users, unknown } = status;
  const flags = stage === DEFAULT_STAGE ? '' : ` --stage ${stage}`;
  const lines: (readonly [string, string])[] = [['Stage', `${stage} in ${region}, account ${account}`]];
  if (outputs !== undefined) {
    const other = outputs.Version === packageVersion() ? '' : `; this is ${packageVersion()}: fwoa deploy${flags}`;
    lines.push(
      ['URL', outputs.Url],
      ['FHIR', `${outputs.FhirVersion}, ${outputs.Preset}`],
      ['Version', `${outputs.Version}${other}`],
    );
  } else lines.push(['Not whole', `fwoa deploy${flags} repairs it`]);
  lines.push(['State', `${state}${changedAt === undefined ? '' : `, since ${rfc3339(changedAt)}`}`]);
  if (answer !== undefined)
    lines.push(['Answers', answer.status === 200 ? `yes, in ${answer.ms} ms` : `no: ${answer.status}`]);
  if (alarms !== undefined) lines.push(['Alarms', alarms.length === 0 ? 'none' : alarms.join(', ')]);
  if (outputs !== undefined)
    lines.push([
      'Search',
      indexLag === undefined ? 'nothing was written lately' : `${Math.round(indexLag)} ms behind at most, lately`,
    ]);
  if (setAside !== undefined && setAside > 0)
    lines.push(['Set aside', `${setAside} batches: fwoa reindex --failed${flags}`]);
  if (users !== undefined) lines.push(['Users', String(users)]);
  for (const what of unknown) lines.push(['Not known', what]);
  return lines.map(([name, text]) => `${name.padEnd(10)} ${text}`).join('\n');
}
