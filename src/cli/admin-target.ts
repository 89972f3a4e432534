import { type Command, Option } from 'commander';
import type { IdentityAdmin } from '../admin/identity-admin.ts';
import type { AwsSettings } from '../config/aws-client.ts';
import { isProblem, Problem, systemCode } from '../config/problem.ts';
import { DEFAULT_STAGE, type StageOutputs } from '../config/stage.ts';
import type { AdminSettings } from './admin-settings.ts';
import { inFull, switchFlag } from './command.ts';
import type { CliIo } from './io.ts';

/** What an admin command works on: the local server's data folder, or a deployment. */
export interface AdminTarget {
  readonly local: boolean;
  readonly data: string;
  /** The configuration file, where it is named. */
  readonly config?: string | undefined;
  readonly stage: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** The users and client systems of a target, and what is configured for them. */
export interface OpenedAdmin {
  readonly admin: IdentityAdmin;
  readonly settings: AdminSettings;
}

/** Opens what a command works on; a test gives its own. */
export type OpenAdmin = (target: AdminTarget, io: Pick<CliIo, 'cwd' | 'env'>) => Promise<OpenedAdmin>;

const DEFAULT_DATA = '.fwoa';

/** The flags that say what an admin command works on. */
export function addTargetFlags(command: Command): Command {
  const onAws = ['stage', 'region', 'profile'];
  return command
    .addOption(switchFlag('--local', 'of the local server, whether it runs or not').conflicts(onAws))
    .addOption(
      new Option('--data <folder>', 'data folder of the local server; includes --local')
        .default(DEFAULT_DATA)
        .implies({ local: true })
        .conflicts(onAws),
    )
    .option('--config <file>', 'configuration file (default: the nearest fwoa.config.ts, from here upwards)')
    .option('--stage <name>', 'stage on AWS', DEFAULT_STAGE)
    .option('--region <region>', 'AWS region of the deployment')
    .option('--profile <profile>', 'AWS profile to use');
}

/** Does something with the users and client systems of the target, and closes what was opened. */
export async function withAdmin<T>(
  target: AdminTarget,
  io: Pick<CliIo, 'cwd' | 'env'>,
  open: OpenAdmin,
  work: (admin: IdentityAdmin, settings: AdminSettings) => Promise<T>,
): Promise<T> {
  try {
    const { admin, settings } = await open(target, io);
    try {
      return await work(admin, settings);
    } finally {
      await admin.close();
    }
  } catch (error) {
    throw target.local ? explain(error, target) : error;
  }
}

/** Opens the data folder, in this process; or the stage on AWS. */
export const openAdmin: OpenAdmin = async (target, io) => {
  const { loadConfig } = await import('../config/load-config.ts');
  const { config } = await loadConfig({ cwd: io.cwd, file: target.config });
  if (!target.local) {
    const { outputs, settings } = await openStage(target, io.env);
    const [{ openStageAdmin }, { adminSettings }] = await Promise.all([
      import('../admin/aws/open-stage-admin.ts'),
      import('./admin-settings.ts'),
    ]);
    return { admin: openStageAdmin(target.stage, outputs, settings), settings: adminSettings(config) };
  }
  const { openLocalAdmin } = await import('../admin/local-admin.ts');
  const { adminSettings } = await import('./admin-settings.ts');
  const { identityOptions } = await import('../local/configured-access.ts');
  const admin = await openLocalAdmin(inFull(io, target.data), identityOptions(config));
  return { admin, settings: adminSettings(config) };
};

/** Finds a stage on AWS. @throws Problem when it is not there */
export async function openStage(
  { stage, region, profile }: Pick<AdminTarget, 'stage' | 'region' | 'profile'>,
  environment: CliIo['env'],
): Promise<{ readonly outputs: StageOutputs; readonly settings: AwsSettings }> {
  const [{ awsSettings }, { findStage }] = await Promise.all([
    import('../config/aws-client.ts'),
    import('../config/find-stage.ts'),
  ]);
  try {
    const settings = await awsSettings({ region, profile }, environment);
    return { outputs: await findStage(stage, settings), settings };
  } catch (error) {
    throw withLocalHint(error);
  }
}

/** Who has nothing on AWS has forgotten `--local`. */
function withLocalHint(error: unknown): unknown {
  if (!isProblem(error) || !['no-region', 'no-credentials'].includes(error.code)) return error;
  const { code, kind, text, cause } = error;
  return new Problem(code, { ...text, next: `For the local server, add --local. ${text.next}` }, { kind, cause });
}

/** The flags that name the target, for commands that are proposed: ` --local --data ./other`. */
export function targetFlags({ local, data, stage, region, profile }: AdminTarget): string {
  if (!local) {
    const named = { stage: stage === DEFAULT_STAGE ? undefined : stage, region, profile };
    return Object.entries(named)
      .flatMap(([flag, value]) => (value === undefined ? [] : [` --${flag} ${quoted(value)}`]))
      .join('');
  }
  return data === DEFAULT_DATA ? ' --local' : ` --data ${quoted(data)}`;
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./~+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'It belongs to another user, or you may not write there.',
  EPERM: 'It belongs to another user, or you may not write there.',
  ENOTDIR: 'A part of the path is a file.',
};

function explain(error: unknown, { data }: AdminTarget): unknown {
  const why = REASONS[systemCode(error) ?? ''];
  if (why === undefined) return error;
  const what = `The data folder ${data} cannot be used.`;
  const next = 'Run the command as the user that the server runs as, or name another folder with --data.';
  return new Problem('data-folder-unusable', { what, why, next }, { cause: error });
}
