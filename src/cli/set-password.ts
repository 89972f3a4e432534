import type { Command } from 'commander';
import { type AdminTarget, addTargetFlags, openAdmin, withAdmin } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { findUser } from './find-user.ts';
import { generatePassword } from './generate-password.ts';
import { generatePasswordFlag, refusePasswordFlag } from './password-flags.ts';
import { newPassword } from './passwords.ts';

/** `fwoa set-password`'s argument and flags. */
export interface SetPasswordOptions extends AdminTarget {
  readonly name: string;
  readonly generatePassword: boolean;
  readonly json: boolean;
}

const DESCRIPTION = `Gives a user another password, unlocks them, and ends where they are signed in.
The password is asked for, twice; or it is taken from FWOA_PASSWORD or, without a terminal, from the first line of stdin.`;

export function setPasswordCommand(start: Start): Command {
  const command = newCommand('set-password', "set a user's password, unlock the user", DESCRIPTION, [
    { task: 'The new password is asked for', command: 'fwoa set-password ada --local' },
    { task: 'In a script: a password that comes from a file', command: 'fwoa set-password ada --local < password.txt' },
  ])
    .argument('<name>', 'name of the user')
    .addOption(generatePasswordFlag());
  return refusePasswordFlag(addTargetFlags(command))
    .addOption(switchFlag('--json', 'the outcome as one JSON document on stdout'))
    .action((name: string, options: Omit<SetPasswordOptions, 'name'>) =>
      start(command, runSetPassword, { ...options, name }),
    );
}

/** Sets a user's password. That there is such a user is looked up before a password is asked for. */
export async function runSetPassword(options: SetPasswordOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const { reporter } = io;
  const generated = options.generatePassword ? generatePassword() : undefined;
  const name = await withAdmin(options, io, open, async (admin) => {
    const user = findUser(options.name, await admin.users(), options);
    await admin.setPassword(user.name, generated ?? (await newPassword(user.name, io)));
    return user.name;
  });
  if (generated === undefined) {
    return void reporter.result({ name }, `${reporter.style.good('✓')} Password of ${name} set.`);
  }
  // The password alone goes to stdout, ready for a variable.
  if (!options.json) reporter.note(`Password of ${name} set. It is, shown only now:`);
  reporter.result({ name, password: generated }, generated);
}
