import type { Command } from 'commander';
import type { ClientInfo } from '../admin/identity-admin.ts';
import { Problem } from '../config/problem.ts';
import { type AdminTarget, addTargetFlags, openAdmin, targetFlags, withAdmin } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { assertConfirmable, confirmRemoval } from './confirm-removal.ts';
import { didYouMean } from './did-you-mean.ts';
import { sameName } from './same-name.ts';

/** `fwoa remove-client`'s argument and flags. */
export interface RemoveClientOptions extends AdminTarget {
  readonly nameOrId: string;
  readonly yes: boolean;
  readonly json: boolean;
}

const DESCRIPTION = 'Removes a client system. Its API key is refused from now on, also by a server that runs.';

export function removeClientCommand(start: Start): Command {
  const command = newCommand('remove-client', 'remove a client system', DESCRIPTION, [
    { task: 'The name is to be typed once more', command: 'fwoa remove-client laboratory --local' },
    { task: 'In a script, without a question', command: 'fwoa remove-client laboratory --local --yes' },
  ]).argument('<name-or-id>', 'name or id of the client system');
  return addTargetFlags(command)
    .addOption(switchFlag('--yes', 'do not ask'))
    .addOption(switchFlag('--json', 'what was removed as one JSON document on stdout'))
    .action((nameOrId: string, options: Omit<RemoveClientOptions, 'nameOrId'>) =>
      start(command, runRemoveClient, { ...options, nameOrId }),
    );
}

/** Removes a client system, after its name was typed. */
export async function runRemoveClient(
  options: RemoveClientOptions,
  io: CommandIo,
  open = openAdmin,
): Promise<undefined> {
  assertConfirmable(options.yes, io);
  const { id, name } = await withAdmin(options, io, open, async (admin) => {
    const client = findClient(options, await admin.clients());
    await confirmRemoval(client.name, `The API key of ${client.name} will be refused.`, options.yes, io);
    await admin.removeClient(client.id);
    return client;
  });
  io.reporter.result({ removed: { id, name } }, `${io.reporter.style.good('✓')} Client system ${name} removed.`);
}

function findClient({ nameOrId, ...target }: RemoveClientOptions, clients: readonly ClientInfo[]): ClientInfo {
  const client = clients.find(({ id }) => id === nameOrId) ?? clients.find(({ name }) => sameName(name, nameOrId));
  if (client !== undefined) return client;
  const names = clients.map(({ name }) => name);
  const meant = didYouMean(nameOrId, names);
  throw new Problem('client-unknown', {
    what: `There is no client system ${nameOrId}.`,
    why: meant === undefined ? undefined : `Did you mean ${meant}?`,
    next: `For those there are: fwoa clients${targetFlags(target)}`,
  });
}
