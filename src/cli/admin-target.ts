import { type Command, Option } from 'commander';
import type { IdentityAdmin } from '../admin/identity-admin.ts';
import { Problem, systemCode } from '../config/problem.ts';
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
export type OpenAdmin = (target: AdminTarget, io: Pick<CliIo, 'cwd'>) => Promise<OpenedAdmin>;

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
    .option('--stage <name>', 'stage of the deployment on AWS (not in this version)', 'dev')
    .option('--region <region>', 'AWS region of the deployment')
    .option('--profile <profile>', 'AWS profile to use');
}

/** Does something with the users and client systems of the target, and closes what was opened. */
export async function withAdmin<T>(
  target: AdminTarget,
  io: Pick<CliIo, 'cwd'>,
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
    throw explain(error, target);
  }
}

/** Opens the data folder, in this process. */
export const openAdmin: OpenAdmin = async (target, io) => {
  assertLocal(target);
  const { loadConfig } = await import('../config/load-config.ts');
  const { config } = await loadConfig({ cwd: io.cwd, file: target.config });
  const { openLocalAdmin } = await import('../admin/local-admin.ts');
  const { adminSettings } = await import('./admin-settings.ts');
  const { identityOptions } = await import('../local/configured-access.ts');
  const admin = await openLocalAdmin(inFull(io, target.data), identityOptions(config));
  return { admin, settings: adminSettings(config) };
};

/** There is nothing on AWS to administer yet. */
export function assertLocal({ local, stage }: AdminTarget): void {
  if (local) return;
  throw new Problem('not-deployed', {
    what: `There is no stage ${stage} on AWS: this version of fwoa does not deploy there yet.`,
    next: 'For the local server, add --local.',
  });
}

/** The flags that name the target, for commands that are proposed: ` --local --data ./other`. */
export function targetFlags({ local, data }: AdminTarget): string {
  if (!local) return '';
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
