import type { Command } from 'commander';
import type { UserInfo } from '../admin/identity-admin.ts';
import { type AdminTarget, addTargetFlags, openAdmin, targetFlags, withAdmin } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { type Column, rfc3339, tellRows } from './table.ts';

/** `fwoa users`' flags. */
export interface UsersOptions extends AdminTarget {
  readonly json: boolean;
}

export function usersCommand(start: Start): Command {
  const command = newCommand('users', 'list the users and their roles', 'Lists the users, by name.', [
    { task: 'Who may use the local server, and as what?', command: 'fwoa users --local' },
    {
      task: 'The names of those who never signed in',
      command: "fwoa users --local --json | jq -r '.[] | select(.lastSignInAt == null).name'",
    },
  ]);
  return addTargetFlags(command)
    .addOption(switchFlag('--json', 'the users as one JSON array on stdout'))
    .action((options: UsersOptions) => start(command, runUsers, options));
}

export async function runUsers(options: UsersOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const users = await withAdmin(options, io, open, (admin) => admin.users());
  const nothing = `There are no users yet. To add one: fwoa add-user NAME --role practitioner${targetFlags(options)}`;
  tellRows({ documents: users.map(userDocument), columns: COLUMNS, rows: users, nothing }, options.json, io);
}

const COLUMNS: readonly Column<UserInfo>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Roles', cell: ({ roles }) => roles.join(',') },
  { title: 'Status', cell: ({ status }) => status },
  { title: 'Created', cell: ({ createdAt }) => ({ time: createdAt }) },
  {
    title: 'Last sign-in',
    cell: ({ lastSignInAt }) => (lastSignInAt === undefined ? undefined : { time: lastSignInAt }),
    absent: 'never',
  },
];

/** A user for programs (`docs/commands.md` has its fields). */
export function userDocument({ name, roles, status, createdAt, lastSignInAt }: UserInfo): object {
  return {
    name,
    roles,
    status,
    createdAt: rfc3339(createdAt),
    lastSignInAt: lastSignInAt === undefined ? null : rfc3339(lastSignInAt),
  };
}
