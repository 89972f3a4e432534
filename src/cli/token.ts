import type { Command } from 'commander';
import { type AdminTarget, addTargetFlags, openAdmin, withAdmin } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { findUser, onlyUser } from './find-user.ts';
import { refusePasswordFlag } from './password-flags.ts';
import { signInPassword } from './passwords.ts';

/** `fwoa token`'s flags. */
export interface TokenOptions extends AdminTarget {
  readonly user?: string | undefined;
  readonly json: boolean;
}

const DESCRIPTION = `Signs a user in and prints an access token, nothing else, on stdout. It goes into the header Authorization: Bearer …
The password is asked for, on stderr; or it is taken from FWOA_PASSWORD or, without a terminal, from the first line of stdin.`;

export function tokenCommand(start: Start): Command {
  const command = newCommand('token', 'sign in: an access token on stdout', DESCRIPTION, [
    { task: 'Into a variable; the password is asked for', command: 'TOKEN=$(fwoa token --user ada --local)' },
    {
      task: 'In a script, with the refresh token and how long the access token holds',
      command: 'fwoa token --user ada --local --json < password.txt',
    },
  ]).option('--user <name>', 'who signs in (default: the only user, where there is one)');
  return refusePasswordFlag(addTargetFlags(command))
    .addOption(switchFlag('--json', 'all tokens as one JSON document on stdout'))
    .action((options: TokenOptions) => start(command, runToken, options));
}

/** Signs a user in. */
export async function runToken(options: TokenOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const { accessToken, refreshToken, expiresIn } = await withAdmin(options, io, open, async (admin) => {
    const users = await admin.users();
    const { name } = options.user === undefined ? onlyUser(users, options) : findUser(options.user, users, options);
    return admin.token({ name, password: await signInPassword(name, io) });
  });
  io.reporter.result({ accessToken, refreshToken, expiresIn, tokenType: 'Bearer' }, accessToken);
}
