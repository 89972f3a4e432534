import { type Command, Option } from 'commander';
import type { UserInfo } from '../admin/identity-admin.ts';
import { Problem } from '../config/problem.ts';
import { type AdminTarget, addTargetFlags, openAdmin, targetFlags, withAdmin } from './admin-target.ts';
import { assertRoles } from './assert-roles.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { generatePassword } from './generate-password.ts';
import { generatePasswordFlag, refusePasswordFlag } from './password-flags.ts';
import { newPassword } from './passwords.ts';
import { sameName } from './same-name.ts';
import { userDocument } from './users.ts';

/** `fwoa add-user`'s argument and flags. */
export interface AddUserOptions extends AdminTarget {
  readonly name: string;
  readonly role: readonly string[];
  readonly generatePassword: boolean;
  readonly json: boolean;
}

const DESCRIPTION = `Adds a user, who signs in with a password and may do what their roles allow; with several roles, what any of them allows.
The password is asked for, twice; or it is taken from FWOA_PASSWORD or, without a terminal, from the first line of stdin.`;

export function addUserCommand(start: Start): Command {
  const command = newCommand('add-user', 'add a user with their roles', DESCRIPTION, [
    {
      task: 'A practitioner of the local server; the password is asked for',
      command: 'fwoa add-user ada --role practitioner --local',
    },
    {
      task: 'In a script: two roles, and a password that is made and kept in a variable',
      command: 'PASSWORD=$(fwoa add-user kim --role practitioner --role auditor --generate-password --local)',
    },
  ]);
  command
    .argument('<name>', 'the name to sign in with')
    .addOption(
      new Option(
        '--role <role>',
        'practitioner, non-practitioner, auditor or one of fwoa.config.ts; repeat it for several',
      )
        .argParser((role: string, roles: readonly string[] | undefined) => [...new Set([...(roles ?? []), role])])
        .makeOptionMandatory(),
    )
    .addOption(generatePasswordFlag());
  return refusePasswordFlag(addTargetFlags(command))
    .addOption(switchFlag('--json', 'the user as one JSON document on stdout'))
    .action((name: string, options: Omit<AddUserOptions, 'name'>) => start(command, runAddUser, { ...options, name }));
}

/** Adds a user. What can be wrong without the password is told before one is asked for. */
export async function runAddUser(options: AddUserOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const { name, role: roles } = options;
  const generated = options.generatePassword ? generatePassword() : undefined;
  const user = await withAdmin(options, io, open, async (admin, settings) => {
    assertRoles(roles, settings.roles);
    const { checkUserName } = await import('../local/identity/names-and-passwords.ts');
    checkUserName(name);
    if ((await admin.users()).some((other) => sameName(other.name, name))) throw userExists(options);
    return admin.addUser({ name, roles, password: generated ?? (await newPassword(name, io)) });
  });
  tellAdded(user, generated, options, io);
  io.reporter.note(`A token for them: fwoa token --user ${name}${targetFlags(options)}`);
}

function tellAdded(user: UserInfo, generated: string | undefined, options: AddUserOptions, { reporter }: CommandIo) {
  const sentence = `User ${user.name} added: ${user.roles.join(', ')}.`;
  if (generated === undefined) {
    return reporter.result(userDocument(user), `${reporter.style.good('✓')} ${sentence}`);
  }
  // The password alone goes to stdout, ready for a variable.
  if (!options.json) reporter.note(`${sentence} The password, shown only now:`);
  reporter.result({ ...userDocument(user), password: generated }, generated);
}

function userExists({ name, ...target }: AddUserOptions): Problem {
  return new Problem('user-exists', {
    what: `There is a user ${name} already.`,
    next: `Choose another name, or remove that user first: fwoa remove-user ${name}${targetFlags(target)}`,
  });
}
