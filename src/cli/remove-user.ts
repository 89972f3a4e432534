import type { Command } from 'commander';
import { type AdminTarget, addTargetFlags, openAdmin, withAdmin } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { assertConfirmable, confirmRemoval } from './confirm-removal.ts';
import { findUser } from './find-user.ts';

/** `fwoa remove-user`'s argument and flags. */
export interface RemoveUserOptions extends AdminTarget {
  readonly name: string;
  readonly yes: boolean;
  readonly json: boolean;
}

const DESCRIPTION = `Removes a user. They can't sign in any more, and the tokens they have are refused from now on, also by a server that runs.
What they did stays in the audit log.`;

export function removeUserCommand(start: Start): Command {
  const command = newCommand('remove-user', 'remove a user', DESCRIPTION, [
    { task: 'A user of the local server; the name is to be typed once more', command: 'fwoa remove-user ada --local' },
    { task: 'In a script, without a question', command: 'fwoa remove-user ada --local --yes' },
  ]).argument('<name>', 'name of the user');
  return addTargetFlags(command)
    .addOption(switchFlag('--yes', 'do not ask'))
    .addOption(switchFlag('--json', 'what was removed as one JSON document on stdout'))
    .action((name: string, options: Omit<RemoveUserOptions, 'name'>) =>
      start(command, runRemoveUser, { ...options, name }),
    );
}

/** Removes a user, after the name was typed. */
export async function runRemoveUser(options: RemoveUserOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const { yes } = options;
  assertConfirmable(yes, io);
  const name = await withAdmin(options, io, open, async (admin) => {
    const user = findUser(options.name, await admin.users(), options);
    await confirmRemoval(user.name, `${user.name} will be signed out everywhere.`, yes, io);
    await admin.removeUser(user.name);
    return user.name;
  });
  io.reporter.result({ removed: name }, `${io.reporter.style.good('✓')} User ${name} removed.`);
}
